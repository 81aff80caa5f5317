"""Whose wishes hold: a channel's own, else its region's, else those of the nearest region above."""

import uuid
from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa

from webapp.db import session
from webapp.people.models import Region

from ..models import ChannelTarget, Target


def line(path: str) -> list[uuid.UUID]:
    """A region and those above it, the nearest first, from its path."""
    return [uuid.UUID(part) for part in reversed(path.strip("/").split("/"))]


def of_regions(regions: Iterable[Region]) -> dict[uuid.UUID, Target]:
    """What each region wants, its own or from above, in one statement."""
    lines = {region.id: line(region.path) for region in regions}
    wanted = {each for above in lines.values() for each in above}
    if not wanted:
        return {}
    rows = {row.region_id: row for row in session.scalars(_of_these(), {"regions": list(wanted)})}
    nearest = {key: next((rows[each] for each in above if each in rows), None) for key, above in lines.items()}
    return {key: row for key, row in nearest.items() if row is not None}


@cache
def _of_these() -> sa.Select[Target]:
    return sa.select(Target).where(Target.region_id.in_(sa.bindparam("regions", expanding=True)))


def of_region(region: Region) -> Target | None:
    """What holds in a region."""
    return of_regions([region]).get(region.id)


def of_channel(channel_id: uuid.UUID) -> ChannelTarget | None:
    """What is wanted on a channel itself."""
    return session.scalars(sa.select(ChannelTarget).where(ChannelTarget.channel_id == channel_id)).first()
