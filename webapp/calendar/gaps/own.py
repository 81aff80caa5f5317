"""The company's own days: said for a region and all below it, taken back, found by who works there or above."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission

from .. import kept
from ..models import OwnDay
from ..spans import EARLIEST, LATEST

LONGEST = timedelta(days=366)


def ahead(actor: Actor, since: date) -> list[OwnDay]:
    """Those that are not over, the nearest first, as far as they concern a region this person sees."""
    query = sa.select(OwnDay).where(
        OwnDay.organization_id == actor.organization_id, OwnDay.last >= since, OwnDay.removed_at.is_(None)
    )
    rows = session.scalars(query.order_by(OwnDay.first, OwnDay.id).limit(500)).unique()
    return [row for row in rows if concerns(row, actor)]


def concerns(row: OwnDay, actor: Actor) -> bool:
    """Whether it is a day of a region this person sees, or of one that holds theirs."""
    path = row.region.path
    seen = (actor.tree[region] for region in actor.regions(Permission.VIEW))
    return any(each.startswith(path) or path.startswith(each) for each in seen)


def find(actor: Actor, day_id: uuid.UUID) -> OwnDay | None:
    """One that this person sees and that stands."""
    query = sa.select(OwnDay).where(OwnDay.id == day_id, OwnDay.organization_id == actor.organization_id)
    row = session.scalars(query.where(OwnDay.removed_at.is_(None))).first()
    return row if row is not None and concerns(row, actor) else None


def add(region: Region, values: Mapping[str, Any], by: Actor) -> OwnDay:
    """A day, or several in a row. Raises Invalid."""
    first: date = values["first"]
    last: date = values["last"] or first
    if not (EARLIEST <= first <= LATEST and EARLIEST <= last <= LATEST):
        raise Invalid(fields={"first": _("This date is not in the calendar, or too far away.")})
    if last < first:
        raise Invalid(fields={"last": _("It ends before it starts.")})
    if last - first > LONGEST:
        raise Invalid(fields={"last": _("At most a year.")})
    row = OwnDay(
        id=new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        region=region,
        kind=values["kind"],
        name=values["name"].strip(),
        first=first,
        last=last,
    )
    session.add(row)
    session.flush()
    kept.changed(region)
    events.record("day.added", row, by=by, name=row.name, what=row.kind, first=first, last=last)
    return row


def remove(row: OwnDay, by: Actor) -> None:
    """An ordinary day again; twice is once."""
    if row.removed_at is None:
        row.removed_at = times.now()
        session.flush()
        kept.changed(row.region)
        events.record("day.removed", row, by=by, name=row.name)


def writable(regions: Iterable[Region], actor: Actor) -> list[Region]:
    """The regions in which this person may say what a day is."""
    return [region for region in regions if actor.may(Permission.WRITE, region)]
