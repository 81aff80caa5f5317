"""Who acts for whom now: asked at every count of decisions, so one short query and a rule that is plain.

A stand-in who is away too hands on to their own; a circle has nobody. Nobody stands in for themselves.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, times
from webapp.db import Instant, session

from .models import Absence


@dataclass(frozen=True)
class Cover:
    """Somebody is away: who acts for them (None: nobody), and what waits since when is theirs to act on.

    `since`: only what was sent for approval from then on; None for everything.
    """

    stand_in: uuid.UUID | None
    since: datetime | None = None


Covers = Mapping[uuid.UUID, Cover]


def covers(organization_id: uuid.UUID, *, fresh: bool = True) -> dict[uuid.UUID, Cover]:
    """Everybody of an organization who is away now -> who acts for them.

    Not `fresh`: what was read in this transaction already is as good, for what is only shown.
    """
    known = db.remembered("covers", dict[uuid.UUID, dict[uuid.UUID, Cover]])
    if fresh or organization_id not in known:
        known[organization_id] = _covers(organization_id)
    return known[organization_id]


def _covers(organization_id: uuid.UUID) -> dict[uuid.UUID, Cover]:
    rows = session.execute(_away(), {"organization": organization_id, "now": times.now()}).all()
    named = {row.person_id: None if row.declined_at else row.stand_in_id for row in rows}
    return {row.person_id: Cover(stand_in(row.person_id, named), None if row.moves else row.starts_at) for row in rows}


def stand_in(person: uuid.UUID, named: Mapping[uuid.UUID, uuid.UUID | None]) -> uuid.UUID | None:
    """Who acts for a person who is away: along the stand-ins named, to the first who is here; None in a circle."""
    seen, now = {person}, named.get(person)
    while now is not None and now in named:
        if now in seen:
            return None
        seen.add(now)
        now = named[now]
    return None if now in seen else now


@cache
def _away() -> sa.Select[Any]:
    now = sa.bindparam("now", type_=Instant())
    columns: tuple[Any, ...] = (Absence.person_id, Absence.stand_in_id, Absence.declined_at, Absence.moves)
    return sa.select(*columns, Absence.starts_at).where(
        Absence.organization_id == sa.bindparam("organization"),
        Absence.ended_at.is_(None),
        Absence.starts_at <= now,
        Absence.ends_at > now,
    )


def silent(organization_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Who is away now and wants no messages."""
    query = _away().where(Absence.notified.is_(False)).params(organization=organization_id, now=times.now())
    return frozenset(row.person_id for row in session.execute(query))
