"""Who could stand in for somebody: those who could act, with the hours they cover, and why not for those who cannot."""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import times, working
from webapp.db import session
from webapp.i18n import _, ngettext
from webapp.people.hours import Office, offices
from webapp.people.models import Grant, Membership, Region, Role
from webapp.people.permissions import Permission
from webapp.working import Week

from .models import Absence

MOST = 50
LOOKED_AT = timedelta(days=28)
"""How much of an absence the covered hours are counted over."""


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: how many posts, the first slot (with its zone), and how many of whom (four eyes)."""

    count: int = 0
    first_at: datetime | None = None
    zone: str = ""
    authors: Counter[uuid.UUID] = field(default_factory=Counter)


WAITING: list[Callable[[Membership], Waiting]] = []
"""Higher rooms say what waits for somebody; the first that knows is asked."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may decide where the person may. `refused`: why not, or nothing."""

    person_id: uuid.UUID
    name: str
    title: str
    office: Office
    covered: int
    of: int
    refused: str = ""
    bars: tuple[tuple[float, float], ...] = ()
    theirs: tuple[tuple[float, float], ...] = ()
    hours: str = ""


def waiting(member: Membership) -> Waiting:
    """What waits for this member now."""
    return next((tell(member) for tell in WAITING), Waiting())


def candidates(member: Membership, office: Office, start: datetime, end: datetime) -> list[Candidate]:
    """Who could act for a member between two instants: those who cover most first, those who cannot last."""
    able = _able(member)
    places = offices(member.organization_id, [row.person_id for row in able])
    away, posts = _away(member, start, end), waiting(member)
    found = [
        _candidate(row, places.get(row.person_id, office), office, (start, end), _why_not(row, away, posts))
        for row in able
    ]
    return sorted(found, key=lambda one: (bool(one.refused), -one.covered, one.name.casefold(), one.person_id))[:MOST]


def refused(member: Membership, person_id: uuid.UUID, start: datetime, end: datetime) -> str:
    """Why a person cannot stand in for a member between two instants; empty when they can."""
    row = next((each for each in _able(member) if each.person_id == person_id), None)
    if row is None:
        return _("Choose somebody who may decide there and is not the person themselves.")
    return _why_not(row, _away(member, start, end), waiting(member))


def able(member: Membership) -> dict[uuid.UUID, str]:
    """Who could act for a member at all: name by id, in the order of the names."""
    rows = sorted(_able(member), key=lambda row: (row.person.name.casefold(), row.person_id))
    return {row.person_id: row.person.name for row in rows[:MOST]}


def _able(member: Membership) -> list[Membership]:
    """Active colleagues who may approve in a region where the member may, by a role there or above it."""
    rows = session.execute(
        sa.select(Membership, Region.path, Role.permissions)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Role, Role.id == Grant.role_id)
        .join(Region, Region.id == Grant.region_id)
        .where(Membership.organization_id == member.organization_id, Membership.deactivated_at.is_(None))
    ).all()
    held = [(row, path) for row, path, may in rows if Permission.APPROVE in may]
    mine = [path for row, path in held if row.id == member.id]
    found = {
        row.id: row
        for row, path in held
        if row.id != member.id and any(path.startswith(own) or own.startswith(path) for own in mine)
    }
    return list(found.values())


def _away(member: Membership, start: datetime, end: datetime) -> dict[uuid.UUID, Absence]:
    """Who else is away in that time."""
    rows = session.scalars(
        sa.select(Absence).where(
            Absence.organization_id == member.organization_id,
            Absence.person_id != member.person_id,
            Absence.ended_at.is_(None),
            Absence.starts_at < end,
            Absence.ends_at > start,
        )
    ).unique()
    return {row.person_id: row for row in rows}


def _why_not(row: Membership, away: dict[uuid.UUID, Absence], posts: Waiting) -> str:
    if row.person_id in away:
        return _("Away too, back on %(day)s", day=times.full_date(away[row.person_id].back_on))
    own = posts.authors[row.person_id]
    if own:
        return ngettext(
            "Wrote %(n)s of the posts that wait, and authors do not approve their own work",
            "Wrote %(n)s of the posts that wait, and authors do not approve their own work",
            own,
        )
    return ""


def _candidate(
    row: Membership, office: Office, whose: Office, span: tuple[datetime, datetime], refusal: str
) -> Candidate:
    start, end = span[0], min(span[1], span[0] + LOOKED_AT)
    all_of_it = working.between([whose.week], start, end)
    both = working.shared(office.week, whose.week, start, end)
    daily = round(whose.week.daily)
    covered = round(daily * (both / all_of_it)) if all_of_it else 0
    shown = _first_day(whose.week, span[0])
    return Candidate(
        person_id=row.person_id,
        name=row.person.name,
        title=row.title,
        office=office,
        covered=covered,
        of=daily,
        refused=refusal,
        bars=bars(office.week, whose.week.zone, shown),
        theirs=bars(whose.week, whose.week.zone, shown),
        hours=hours_on(office.week, whose.week.zone, shown),
    )


def _first_day(week: Week, start: datetime) -> datetime:
    """The first local day with working hours from an instant on (its first instant)."""
    day = times.local(start, week.zone).date()
    first = next((day + timedelta(days=n) for n in range(7) if week.on(day + timedelta(days=n))), day)
    return times.day_bounds(first, week.zone)[0]


def bars(week: Week, zone: str, start: datetime) -> tuple[tuple[float, float], ...]:
    """The working hours of a week on the local day of `zone` that begins at `start`: offset and length, in hours."""
    end = times.day_bounds(times.local(start, zone).date(), zone)[1]
    whole = (end - start) / timedelta(hours=24)
    return tuple(
        (round((a - start) / timedelta(hours=1) / whole, 2), round((b - a) / timedelta(hours=1) / whole, 2))
        for a, b in working.spans([week], start, end)
    )


def hours_on(week: Week, zone: str, start: datetime) -> str:
    """`05:00 to 14:00` there; empty on a day off."""
    end = times.day_bounds(times.local(start, zone).date(), zone)[1]
    return ", ".join(_("%(from)s to %(to)s", **_ends(a, b, zone)) for a, b in working.spans([week], start, end))


def _ends(start: datetime, end: datetime, zone: str) -> dict[str, Any]:
    return {"from": times.hour(start, zone), "to": times.hour(end, zone)}
