"""A region's rules: made, changed, ordered, switched on and off, put away. Each change is a version and an event.

What a rule does when it is switched on is what somebody has just seen tried on past messages: a rule that changed is
off until that was looked at anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.events import Actor
from webapp.i18n import _, ngettext
from webapp.people.models import Region

from .models import InboxRule, InboxRuleVersion, Rows

MOST = 50
"""Rules of one region."""
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Values:
    """What a rule is."""

    name: str
    conditions: Rows
    actions: Rows
    every: bool


def of_region(region: Region) -> list[InboxRule]:
    """A region's own rules, in their order."""
    where = (InboxRule.region_id == region.id, InboxRule.removed_at.is_(None))
    query = sa.select(InboxRule).where(*where).order_by(InboxRule.place, InboxRule.id)
    return list(session.scalars(query).unique())


def versions(rule: InboxRule) -> list[InboxRuleVersion]:
    """Every state it had, the newest first."""
    query = sa.select(InboxRuleVersion).where(InboxRuleVersion.rule_id == rule.id)
    return list(session.scalars(query.order_by(InboxRuleVersion.version.desc()).limit(100)).unique())


def create(region: Region, values: Values, by: Actor) -> InboxRule:
    """A new one at the end, off. Raises Invalid."""
    db.lock(region)
    own = of_region(region)
    if len(own) >= MOST:
        most = ngettext("A region has at most %(n)s rule. Remove one first.",
                        "A region has at most %(n)s rules. Remove one first.", MOST)  # fmt: skip
        raise Invalid(fields={"name": most})
    _check(values, own)
    made = InboxRule(id=db.new_id(), organization_id=region.organization_id, region_id=region.id, region=region)
    made.place = max((each.place for each in own), default=0) + 1
    made.version = 0
    session.add(made)
    _put(made, values, by)
    events.record("inbox_rule.created", made, by=by, name=made.name)
    return made


def change(rule: InboxRule, values: Values, by: Actor, seen: int) -> None:
    """Make it this from now on; `seen`: the version it was changed from. Other than in name, it is off then.

    Raises Invalid, Conflict.
    """
    _lock(rule, seen)
    _check(values, [each for each in of_region(rule.region) if each.id != rule.id])
    before = Values(rule.name, rule.conditions, rule.actions, rule.every)
    if before == values:
        return
    renamed = (before.conditions, before.actions, before.every) == (values.conditions, values.actions, values.every)
    if not renamed:
        rule.on_at = None
    _put(rule, values, by)
    events.record("inbox_rule.changed", rule, by=by, name=rule.name, version=rule.version, on=rule.on_at is not None)


def switch_on(rule: InboxRule, by: Actor, seen: int) -> None:
    """Let it act from now on; `seen`: the version whose trial was on the page. Raises Conflict."""
    _lock(rule, seen)
    if rule.on_at is None:
        rule.on_at = times.now()
        events.record("inbox_rule.switched_on", rule, by=by, name=rule.name, version=rule.version)


def switch_off(rule: InboxRule, by: Actor) -> None:
    """Let it rest; what it did stays."""
    db.lock(rule)
    if rule.on_at is not None:
        rule.on_at = None
        events.record("inbox_rule.switched_off", rule, by=by, name=rule.name)


def move(rule: InboxRule, to: str, by: Actor) -> None:
    """One place up or down among the rules of its region; at the end of the list it stays."""
    db.lock(rule.region)
    own = of_region(rule.region)
    at = own.index(rule)
    other = at - 1 if to == UP else at + 1
    if not 0 <= other < len(own):
        return
    own[at], own[other] = own[other], own[at]
    for place, each in enumerate(own, 1):
        each.place = place
    events.record("inbox_rule.moved", rule, by=by, name=rule.name, place=other + 1)


def remove(rule: InboxRule, by: Actor) -> None:
    """It acts no more and is listed no more; twice is once."""
    db.lock(rule)
    if rule.removed_at is None:
        rule.removed_at, rule.on_at = times.now(), None
        events.record("inbox_rule.removed", rule, by=by, name=rule.name)


def _lock(rule: InboxRule, seen: int) -> None:
    db.lock(rule)
    if rule.version != seen or rule.removed_at is not None:
        raise Conflict(_("Somebody changed this rule a moment ago. Look at it again."))


def _check(values: Values, others: Sequence[InboxRule]) -> None:
    if not values.actions:
        raise Invalid(fields={"assign": _("Choose at least one thing that it does.")})
    if any(each.name.casefold() == values.name.casefold() for each in others):
        raise Invalid(fields={"name": _("There is one of this name already.")})


def _put(rule: InboxRule, values: Values, by: Actor) -> None:
    said: dict[str, Any] = {name: getattr(values, name) for name in ("name", "conditions", "actions", "every")}
    for name, value in said.items():
        setattr(rule, name, value)
    rule.version += 1
    session.flush()
    session.add(InboxRuleVersion(rule_id=rule.id, version=rule.version, by_id=by.id, **said))
