"""When a person works: the hours of the office they sit in, which is the one of their roles that shares their zone."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp.db import session
from webapp.working import Week

from .models import Grant, Membership, Person, Region


@dataclass(frozen=True)
class Office:
    """Where a person works: a region by name, and its hours."""

    region_id: uuid.UUID | None
    name: str
    week: Week


def week_of(region: Any) -> Week:
    """The working hours of a region, or of a row with the same columns."""
    return Week(region.zone, frozenset(int(day) for day in region.work_days), region.work_start, region.work_end)


def offices(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Office]:
    """Person -> office: of their roles' regions the first in their own zone, else the first. One query."""
    if not people:
        return {}
    found: dict[uuid.UUID, tuple[bool, Office]] = {}
    for row in session.execute(_places(), {"organization": organization_id, "people": list(people)}):
        here = row.zone == row.own_zone
        if row.person_id not in found or (here and not found[row.person_id][0]):
            found[row.person_id] = (here, Office(row.id, row.name, week_of(row)))
    return {person: office for person, (_here, office) in found.items()}


@cache
def _places() -> sa.Select[Any]:
    columns = (Region.id, Region.name, Region.zone, Region.work_days, Region.work_start, Region.work_end)
    return (
        sa.select(Membership.person_id, Person.zone.label("own_zone"), *columns)
        .join(Person, Person.id == Membership.person_id)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Region, Region.id == Grant.region_id)
        .where(
            Membership.organization_id == sa.bindparam("organization"),
            Membership.person_id.in_(sa.bindparam("people", expanding=True)),
        )
        .order_by(Grant.id)
    )


def weeks(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> set[Week]:
    """The different working hours of these people."""
    return {office.week for office in offices(organization_id, people).values()}
