"""Taking a calendar file that was tried, and taking it back: days it added go, days it changed are as they were."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor

from .. import kept
from ..gaps import own
from ..models import DayImport, OwnDay
from .expanding import Day
from .reading import Read

SHOWN = 10


def take(read: Read, name: str, by: Actor) -> DayImport:
    """Do all of it in this transaction. Raises Invalid when something in the file is wrong, or there is nothing."""
    if read.errors or not read.does:
        raise Invalid(fields={"file": _("There is nothing to take in this file.")})
    made = DayImport(
        id=new_id(),
        organization_id=by.organization_id,
        person_id=by.id,
        region_id=read.region.id,
        region=read.region,
        name=name[:120],
        added=len(read.new),
        before=[_as_it_is(row) for row in (*(row for row, _day in read.changed), *read.gone)],
    )
    session.add(made)
    session.flush()
    for day in read.new:
        values = {"kind": read.kind, "name": day.name, "first": day.first, "last": day.last}
        row = own.add(read.region, values, by)
        row.uid, row.import_id = day.uid, made.id
    for row, day in read.changed:
        _change(row, read.kind, day, by)
    for row in read.gone:
        own.remove(row, by)
    session.flush()
    kept.changed(read.region)
    events.record("day.imported", made, by=by, added=made.added, changed=len(read.changed), gone=len(read.gone))
    return made


def _as_it_is(row: OwnDay) -> dict[str, Any]:
    days = {"first": row.first.isoformat(), "last": row.last.isoformat()}
    return {"id": str(row.id), "kind": row.kind, "name": row.name, **days}


def _change(row: OwnDay, kind: str, day: Day, by: Actor) -> None:
    row.kind, row.name, row.first, row.last = kind, day.name, day.first, day.last
    events.record("day.changed", row, by=by, name=row.name, what=kind, first=day.first, last=day.last)


def of(by: Actor) -> list[DayImport]:
    """A person's last imports, the newest first."""
    query = sa.select(DayImport).where(*_mine(by)).order_by(DayImport.id.desc()).limit(SHOWN)
    return list(session.scalars(query).unique())


def find(import_id: uuid.UUID, by: Actor) -> DayImport | None:
    """One of a person's own."""
    return session.scalars(sa.select(DayImport).where(*_mine(by), DayImport.id == import_id)).unique().first()


def _mine(by: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return DayImport.organization_id == by.organization_id, DayImport.person_id == by.id


def undo(made: DayImport, by: Actor) -> None:
    """As it was before; twice is once."""
    if made.undone_at is not None:
        return
    made.undone_at = times.now()
    query = sa.select(OwnDay).where(OwnDay.import_id == made.id, OwnDay.removed_at.is_(None))
    for row in session.scalars(query).unique():
        own.remove(row, by)
    for said in made.before:
        row = session.get_one(OwnDay, uuid.UUID(said["id"]))
        row.kind, row.name, row.removed_at = said["kind"], said["name"], None
        row.first, row.last = date.fromisoformat(said["first"]), date.fromisoformat(said["last"])
    session.flush()
    kept.changed(made.region)
    events.record("day.import_undone", made, by=by)
