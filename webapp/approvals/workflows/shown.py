"""A workflow as the editor and the lists say it, in words a manager understands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.approvals import entitled
from webapp.approvals.models import Workflow
from webapp.approvals.quorum import ALL, ANY
from webapp.db import session
from webapp.i18n import _, ngettext
from webapp.people import reach
from webapp.people.models import Region
from webapp.people.permissions import Actor

from . import offers, stages, versions, words
from .conditions import RULES
from .offers import CHOICES, Offer
from .stages import Stage, Step

NAMED = 4


@dataclass(frozen=True)
class Shown:
    """A stage that is closed. `names`: who that is now, when the workflow is one region's."""

    stage: Stage
    name: str
    rule: str
    who: str
    among: str
    names: str
    limit: str
    then: tuple[tuple[str, str], ...]
    when: str


def closed(workflow: Workflow, offer: Offer) -> list[Shown]:
    """Every stage in words."""
    path = stages.of_workflow(workflow)
    people = _people(workflow, path)
    return [_shown(stage, offer, people.get(stage.id)) for stage in path]


def _people(workflow: Workflow, path: Sequence[Stage]) -> dict[str, list[str]]:
    """Stage id -> names, for a workflow of one region."""
    region = session.get(Region, workflow.region_id) if workflow.scope == "region" else None
    if region is None:
        return {}
    may = entitled.holders({region.id: region.path})
    people = {stage.id: may.of_stage(region.id, stage) for stage in path}
    names = reach.names({person for some in people.values() for person in some})
    return {key: sorted(names[person] for person in some) for key, some in people.items()}


def _shown(stage: Stage, offer: Offer, people: list[str] | None) -> Shown:
    among = ", ".join(offer.name(who) for who in stage.among)
    return Shown(
        stage=stage,
        name=words.name(stage),
        rule=rule(stage, None if people is None else len(people)),
        who=", ".join(offer.name(who) for who in stage.who),
        among=_("%(names)s must be among them", names=among) if among else "",
        names=_few(people or []),
        limit=ngettext("%(n)s hour of working time", "%(n)s hours of working time", stage.limit) if stage.limit else "",
        then=tuple((step.do, _step(step, offer)) for step in stage.steps),
        when=condition(stage, offer),
    )


def rule(stage: Stage, people: int | None) -> str:
    """How many say yes: "Any 1 of 3"."""
    if stage.needed == ANY:
        return _("Any 1 of %(all)s", all=people) if people is not None else _("Any one of them")
    if stage.needed == ALL:
        return _("All %(all)s", all=people) if people is not None else _("All of them")
    if people is not None:
        return _("At least %(some)s of %(all)s", some=stage.needed, all=people)
    return _("At least %(some)s of them", some=stage.needed)


def _few(names: list[str]) -> str:
    if len(names) <= NAMED:
        return ", ".join(names)
    rest = len(names) - NAMED
    return ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", rest, names=", ".join(names[:NAMED]))


def _step(step: Step, offer: Offer) -> str:
    late = ngettext("%(n)s hour after the limit", "%(n)s hours after the limit", step.after)
    when = late if step.after else _("At the limit")
    if step.do == "remind":
        return _("%(when)s: they are reminded", when=when)
    if step.do == "stand_in":
        return _("%(when)s: the stand-in is asked", when=when)
    role = dict(offer.roles).get(step.role, "") or _("A role that is gone")
    return _("%(when)s: %(role)s is asked too", when=when, role=role)


def condition(stage: Stage, offer: Offer) -> str:
    """What sends a post to the stage, in one sentence; nothing when every post comes here."""
    if not stage.when:
        return ""
    said = [_one(each, offer) for each in stage.when if each["key"] in RULES]
    return _("Only if %(conditions)s", conditions=_(" or ").join(said))


def _one(each: Any, offer: Offer) -> str:
    rule_ = RULES[each["key"]]
    label = _(rule_.label)
    said = label[:1].lower() + label[1:]
    chosen = [name for key, name in offer.of(rule_.of) if key in each.get("of", ())] if rule_.of in CHOICES else []
    return f"{said}: {', '.join(chosen)}" if chosen else said


@dataclass(frozen=True)
class Line:
    """A workflow in the list."""

    workflow: Workflow
    title: str
    whose: str
    path: str
    draft: bool
    may: bool


SCOPES = ("organization", "region", "label", "channel")


def lines(actor: Actor) -> list[Line]:
    """Every workflow this person may know of: the organization's first, then by what they are for."""
    found = []
    for current, draft in versions.all_of(actor.organization_id):
        workflow = current or draft
        if workflow is None or not offers.sees(actor, workflow):
            continue
        path = words.in_order(stages.of_workflow(workflow))
        may = offers.may_change(actor, workflow)
        if current is not None or may:
            found.append(Line(workflow, title(workflow), words.owner(workflow), path, draft is not None, may))
    return sorted(found, key=lambda line: (SCOPES.index(line.workflow.scope), line.whose.casefold(), line.workflow.id))


def title(workflow: Workflow) -> str:
    """The name of a workflow; that of the first one in the reader's language."""
    return _(workflow.name) if workflow.name == words.NAME else workflow.name


def whose(workflow: Workflow) -> str:
    """What it is for, in a sentence."""
    name = words.owner(workflow)
    return {
        "organization": _("Every post that nothing nearer is for"),
        "region": _("Posts of %(name)s and below", name=name),
        "label": _("Posts with the label %(name)s", name=name),
        "channel": _("Posts that go to %(name)s", name=name),
    }[workflow.scope]
