"""A region's own days and wishes as every card asks for them: kept in the process until `Region.calendar` changes."""

import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import sqlalchemy as sa

from webapp.db import new_id, session
from webapp.people.models import Region

from .models import OwnDay, Target


@dataclass(frozen=True)
class Day:
    """One of the company's own days, or a row of them; both ends included."""

    kind: str
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Kept:
    """`days`: those that hold in the region; `most_a_day`: posts it wants at most, 0 for no wish."""

    days: tuple[Day, ...] = ()
    most_a_day: int = 0

    def on(self, day: date) -> list[Day]:
        """The days that hold a date."""
        return [each for each in self.days if each.first <= day <= each.last]


NOTHING = Kept()
CLOSED = "closed"


def of(region: Region) -> Kept:
    """What holds in a region; no statement while nothing changes."""
    return _kept(region.id, region.path, region.calendar) if region.calendar else NOTHING


def closed(region: Region) -> list[tuple[date, date]]:
    """The days on which the company is closed there."""
    return [(each.first, each.last) for each in of(region).days if each.kind == CLOSED]


def changed(region: Region) -> None:
    """Let it be read again, here and below."""
    below = sa.update(Region).where(Region.path.startswith(region.path, autoescape=True))
    session.execute(below.values(calendar=new_id().hex), execution_options={"synchronize_session": "fetch"})


@lru_cache(maxsize=512)
def _kept(region_id: uuid.UUID, path: str, _stamp: str) -> Kept:
    line = [uuid.UUID(part) for part in path.strip("/").split("/")]
    rows = session.execute(_days(), {"regions": line}).all()
    most = session.scalar(_most(), {"region": region_id}) or 0
    return Kept(tuple(Day(*row) for row in rows), most)


@cache
def _days() -> sa.Select[str, str, date, date]:
    regions: sa.BindParameter[uuid.UUID] = sa.bindparam("regions", expanding=True)
    query = sa.select(OwnDay.kind, OwnDay.name, OwnDay.first, OwnDay.last)
    return query.where(OwnDay.region_id.in_(regions), OwnDay.removed_at.is_(None)).order_by(OwnDay.first, OwnDay.id)


@cache
def _most() -> sa.Select[int]:
    return sa.select(Target.most_a_day).where(Target.region_id == sa.bindparam("region"))
