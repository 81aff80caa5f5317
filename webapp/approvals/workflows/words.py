"""A workflow in words: where a post goes, for the composer and the card."""

from collections.abc import Iterable, Sequence
from typing import Any

from webapp.approvals.models import Submission, Workflow
from webapp.approvals.quorum import ALL, ANY
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Permission
from webapp.posts.labels.models import Label
from webapp.posts.models import Post

from . import choosing, conditions, stages
from .choosing import NAME
from .stages import Stage, Who

_APPROVERS = (Who("permission", Permission.APPROVE.value),)


def of(post: Post) -> str:
    """Where the working copy goes, in a sentence: "Goes to Brand, then Legal"."""
    workflow = choosing.foreseen(post).workflow
    steps = choosing.path(workflow, conditions.of_working(post))
    every = stages.of_workflow(workflow)
    return sentence([every[step["stage"]] for step in steps], post.region.name)


def sentence(path: Sequence[Stage], region: str) -> str:
    """Where a post of a region goes along a path."""
    only = path[0] if len(path) == 1 else None
    if only and only.name == NAME and only.who == _APPROVERS and only.needed == ANY:
        return _("Goes to one approver of %(region)s", region=region)
    if only and only.name == NAME and only.who == _APPROVERS and only.needed == ALL:
        return _("Goes to every approver of %(region)s", region=region)
    return _("Goes to %(stages)s", stages=in_order(path))


def in_order(path: Iterable[Stage]) -> str:
    """The names of stages: "Brand, then Legal and Local team"."""
    groups: dict[int, list[str]] = {}
    for stage in path:
        groups.setdefault(stage.group, []).append(name(stage))
    return _(", then ").join(_(" and ").join(names) for names in groups.values())


def way(submission: Submission) -> str:
    """Which workflow a submission goes along, why that one, and why each stage: for the card and the post."""
    workflow, kept = submission.workflow, {step["stage"]: step["why"] for step in submission.path or ()}
    path = stages.of(submission)
    reasons = {stage.index: conditions.because(kept.get(stage.index, {})) for stage in path}
    said = "; ".join(
        _("%(stage)s comes in because %(why)s", stage=name(stage), why=reasons[stage.index])
        for stage in path
        if reasons[stage.index]
    )
    along = _("%(whose)s: %(stages)s.", whose=_whose(submission, workflow), stages=in_order(path))
    return f"{along} {said}." if said else along


def _whose(submission: Submission, workflow: Workflow) -> str:
    """Whose workflow it is, and by that why it applies."""
    if workflow.scope == "organization":
        return _("The organization's workflow")
    near = workflow.scope == "region" and workflow.region_id == submission.region_id
    named = submission.post.region.name if near else owner(workflow)
    if workflow.scope == "region":
        return _("Workflow of the region %(name)s", name=named)
    if workflow.scope == "label":
        return _("Workflow of the label %(name)s", name=named)
    return _("Workflow of the channel %(name)s", name=named)


def owner(workflow: Workflow) -> str:
    """The name of the region, label or channel a workflow is for; nothing for the organization's."""
    models: dict[str, Any] = {"region": Region, "label": Label, "channel": Channel}
    if workflow.scope not in models:
        return ""
    found = session.get(models[workflow.scope], getattr(workflow, f"{workflow.scope}_id"))
    return str(getattr(found, "handle", "") or getattr(found, "name", ""))


def name(stage: Stage) -> str:
    """The name of a stage as somebody typed it; that of the first workflow in the reader's language."""
    return _(stage.name) if stage.name == NAME else stage.name
