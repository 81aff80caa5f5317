"""An organization's labels and campaigns: made, changed, put away. What is put away stays on the posts it is on."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission

from .models import Campaign, Label

Group = TypeVar("Group", Label, Campaign)
MOST = 500
KEEPERS = {"labels": Permission.SETTINGS, "campaigns": Permission.WRITE}
"""What one must be allowed everywhere to keep them: campaigns are planned, labels decide whose yes is asked for."""


def may_keep(kind: str, actor: Actor) -> bool:
    """Whether this person makes and changes them."""
    return actor.everywhere(KEEPERS[kind])


def offered(model: type[Group], organization_id: uuid.UUID) -> list[Group]:
    """Those that may be chosen, by name."""
    query = sa.select(model).where(model.organization_id == organization_id, model.removed_at.is_(None))
    return sorted(session.scalars(query.limit(MOST)), key=lambda row: (row.name.casefold(), row.id))


def create(model: type[Group], values: Mapping[str, Any], by: Actor) -> Group:
    """A new one. One of that name that was put away comes back. Raises Invalid."""
    before = _named(model, values["name"], by)
    if before is not None and before.removed_at is None:
        raise Invalid(fields={"name": _("There is one of this name already.")})
    _check(values)
    made = before or model(id=db.new_id(), organization_id=by.organization_id)
    made.removed_at = None
    _fill(made, values)
    session.add(made)
    session.flush()
    _record("created", made, by)
    return made


def change(row: Label | Campaign, values: Mapping[str, Any], by: Actor) -> None:
    """Another name, other days. Raises Invalid."""
    other = _named(type(row), values["name"], by)
    if other is not None and other.id != row.id:
        raise Invalid(fields={"name": _("There is one of this name already.")})
    _check(values)
    if any(getattr(row, name) != value for name, value in values.items()):
        _fill(row, values)
        _record("changed", row, by)


def remove(row: Label | Campaign, by: Actor) -> None:
    """Put it away; twice is once."""
    if row.removed_at is None:
        row.removed_at = times.now()
        _record("removed", row, by)


def _named(model: Any, name: str, by: Actor) -> Any:
    """The one of that name, in whatever case."""
    rows = session.scalars(sa.select(model).where(model.organization_id == by.organization_id))
    return next((row for row in rows if row.name.casefold() == name.casefold()), None)


def _check(values: Mapping[str, Any]) -> None:
    first, last = values.get("starts_on"), values.get("ends_on")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        raise Invalid(fields={"ends_on": _("It ends before it starts.")})


def _fill(row: Label | Campaign, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _record(what: str, row: Label | Campaign, by: Actor) -> None:
    noun = "label" if isinstance(row, Label) else "campaign"
    events.record(f"{noun}.{what}", row, by=by, name=row.name)
