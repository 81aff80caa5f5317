"""Going away, changing that, coming back, and what the one who is asked to stand in says. One event each."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _
from webapp.people.hours import Office, offices
from webapp.people.models import Membership
from webapp.people.permissions import Actor
from webapp.working import Week

from . import choosing
from .models import Absence

LONGEST, FARTHEST = timedelta(days=366), timedelta(days=730)


@dataclass(frozen=True)
class Wanted:
    """What is typed: local days, who stands in (or nobody), what waits moves too, messages still come."""

    starts_on: date
    back_on: date
    stand_in_id: uuid.UUID | None = None
    moves: bool = True
    notified: bool = False


def office_of(member: Membership) -> Office:
    """Where somebody works; a person without a role works where they are."""
    found = offices(member.organization_id, [member.person_id]).get(member.person_id)
    zone = member.person.zone
    return found or Office(None, times.place(zone), Week(zone))


def of(member: Membership) -> Absence | None:
    """The absence of a member that is on or to come."""
    query = sa.select(Absence).where(
        Absence.organization_id == member.organization_id,
        Absence.person_id == member.person_id,
        Absence.ended_at.is_(None),
        Absence.ends_at > times.now(),
    )
    return session.scalars(query).first()


def put(member: Membership, wanted: Wanted, by: Actor) -> Absence:
    """Say that somebody is away, or change what was said. Raises Invalid at the fields.

    A stand-in who is newly asked may decline; until then they act, so that nobody waits for an answer.
    """
    db.lock(member)
    office = office_of(member)
    _sound(wanted, office)
    bounds = [times.day_bounds(day, office.week.zone)[0] for day in (wanted.starts_on, wanted.back_on)]
    if wanted.stand_in_id is not None:
        reason = choosing.refused(member, wanted.stand_in_id, bounds[0], bounds[1])
        if reason:
            raise Invalid(fields={"who": reason})
    _close_passed(member)
    row, kind = of(member), "absence.changed"
    if row is None:
        row, kind = _new(member), "absence.set"
    if row.stand_in_id != wanted.stand_in_id:
        row.accepted_at = row.declined_at = None
    row.stand_in_id, row.moves, row.notified = wanted.stand_in_id, wanted.moves, wanted.notified
    row.starts_on, row.back_on, row.zone = wanted.starts_on, wanted.back_on, office.week.zone
    row.starts_at, row.ends_at = bounds
    row.set_by_id = by.id
    if row.starts_at > times.now():
        row.begun_at = None
    session.flush()
    session.refresh(row)
    _record(kind, row, office, by, starts=wanted.starts_on, back=wanted.back_on)
    return row


def _new(member: Membership) -> Absence:
    row = Absence(id=db.new_id(), organization_id=member.organization_id, person_id=member.person_id)
    session.add(row)
    return row


def sensible(first: date | None, back: date | None) -> bool:
    """Whether two days are there, in their order, near enough to be counted."""
    if first is None or back is None:
        return False
    return date(2000, 1, 1) <= first < back < date(2100, 1, 1) and back - first <= LONGEST


def _sound(wanted: Wanted, office: Office) -> None:
    today = times.today(office.week.zone)
    if wanted.back_on <= wanted.starts_on:
        raise Invalid(fields={"back": _("The day back comes after the first day away.")})
    if wanted.back_on <= today:
        raise Invalid(fields={"back": _("This absence would be over already.")})
    if wanted.back_on - wanted.starts_on > LONGEST:
        raise Invalid(fields={"back": _("At most a year at a time.")})
    if wanted.starts_on > today + FARTHEST or wanted.starts_on < today - LONGEST:
        raise Invalid(fields={"start": _("This date is not in the calendar, or too far away.")})


def _close_passed(member: Membership) -> None:
    """What is over and was not swept yet makes room."""
    passed = sa.update(Absence).where(
        Absence.organization_id == member.organization_id,
        Absence.person_id == member.person_id,
        Absence.ended_at.is_(None),
        Absence.ends_at <= times.now(),
    )
    session.execute(passed.values(ended_at=Absence.ends_at), execution_options={"synchronize_session": False})


def accept(row: Absence, by: Actor) -> None:
    """The stand-in says that they will; twice is once."""
    _asked(row, by)
    if row.accepted_at is None or row.declined_at is not None:
        row.accepted_at, row.declined_at = times.now(), None
        _record("absence.accepted", row, None, by)


def decline(row: Absence, by: Actor) -> None:
    """The stand-in says no: from now on nobody acts, and the person and administrators are told. Twice is once."""
    _asked(row, by)
    if row.declined_at is None:
        row.accepted_at, row.declined_at = None, times.now()
        _record("absence.declined", row, None, by)


def _asked(row: Absence, by: Actor) -> None:
    db.lock(row)
    if row.stand_in_id != by.id:
        raise Forbidden(_("Only the person who was asked to stand in can answer."))
    if row.ended_at is not None or row.ends_at <= times.now():
        raise Conflict(_("This absence is over."))


def end(row: Absence, by: Actor | None) -> None:
    """Back, or never gone. Twice is once."""
    db.lock(row)
    if row.ended_at is None:
        row.ended_at = times.now()
        _record("absence.ended", row, None, by)


def _record(kind: str, row: Absence, office: Office | None, by: Actor | None, **more: object) -> None:
    """`person` and `stand_in` are named in the data, so that the trail can say who was away and who was asked."""
    if office is None:
        office = offices(row.organization_id, [row.person_id]).get(row.person_id)
    region = office.region_id if office else None
    data: dict[str, Any] = {"person": row.person_id, "stand_in": row.stand_in_id, **more}
    events.record(kind, row, by=by, region_id=region, **data)


def turn(limit: int = 200) -> int:
    """The clock: say that absences have begun and are over; answers how many. Each once, also after a restart."""
    now = times.now()
    due = sa.or_(sa.and_(Absence.begun_at.is_(None), Absence.starts_at <= now), Absence.ends_at <= now)
    query = sa.select(Absence).where(Absence.ended_at.is_(None), due).order_by(Absence.id).limit(limit)
    if not db.is_sqlite():
        query = query.with_for_update(of=Absence, skip_locked=True)
    rows = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    for row in rows:
        if row.ends_at <= now:
            row.ended_at = now
            _record("absence.ended", row, None, None)
        else:
            row.begun_at = now
            _record("absence.begun", row, None, None)
    return len(rows)


def deputise(member: Membership, person_id: uuid.UUID | None, by: Actor) -> None:
    """Say who acts for a member when they do not answer in time, where a workflow has such a step; None: nobody."""
    db.lock(member)
    if person_id is not None and person_id not in choosing.able(member):
        raise Invalid(fields={"to": _("Choose somebody who may decide there and is not the person themselves.")})
    if member.stand_in_id != person_id:
        member.stand_in_id = person_id
        events.record("member.stand_in", member, by=by, person=str(member.person_id), stand_in=person_id)
