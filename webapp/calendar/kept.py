"""A region's own days and wishes as every card asks for them: kept in the process until `Region.calendar` changes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.people.models import Region

from .gaps.nearest import line
from .models import ChannelTarget, OwnDay, Target


@dataclass(frozen=True)
class Day:
    """One of the company's own days, or a row of them; both ends included."""

    kind: str
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Kept:
    """`days`: those that hold in the region; `most_a_day`: posts it wants at most, 0 for no wish; `channels`: the same
    of each channel that has a wish of its own, here and below."""

    days: tuple[Day, ...] = ()
    most_a_day: int = 0
    channels: Mapping[uuid.UUID, int] = field(default_factory=dict)

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


def changed(region: Region, *, above: bool = False) -> None:
    """Let it be read again, here and below; also above, for what posts of regions there ask too."""
    which = Region.path.startswith(region.path, autoescape=True)
    if above:
        which |= Region.id.in_(line(region.path))
    stamped = sa.update(Region).where(which).values(calendar=new_id().hex)
    session.execute(stamped, execution_options={"synchronize_session": "fetch"})


@lru_cache(maxsize=512)
def _kept(_region_id: uuid.UUID, path: str, _stamp: str) -> Kept:
    above = line(path)
    rows = session.execute(_days(), {"regions": above}).all()
    wishes = dict(session.execute(_most(), {"regions": above}).all())
    most = next((wishes[each] for each in above if each in wishes), 0)
    channels = session.execute(_on_channels(), {"path": path}).all()
    return Kept(tuple(Day(*row) for row in rows), most, dict(channels))


@cache
def _days() -> sa.Select[str, str, date, date]:
    regions: sa.BindParameter[uuid.UUID] = sa.bindparam("regions", expanding=True)
    query = sa.select(OwnDay.kind, OwnDay.name, OwnDay.first, OwnDay.last)
    return query.where(OwnDay.region_id.in_(regions), OwnDay.removed_at.is_(None)).order_by(OwnDay.first, OwnDay.id)


@cache
def _most() -> sa.Select[uuid.UUID, int]:
    regions: sa.BindParameter[uuid.UUID] = sa.bindparam("regions", expanding=True)
    return sa.select(Target.region_id, Target.most_a_day).where(Target.region_id.in_(regions))


@cache
def _on_channels() -> sa.Select[uuid.UUID, int]:
    query = sa.select(ChannelTarget.channel_id, ChannelTarget.most_a_day)
    below = query.join(Channel, Channel.id == ChannelTarget.channel_id).join(Region, Region.id == Channel.region_id)
    return below.where(Region.path.startswith(sa.bindparam("path")))
