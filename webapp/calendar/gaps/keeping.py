"""What regions and channels want of their calendars, and how a week stands against it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.models import Region
from webapp.people.permissions import Actor, scope
from webapp.posts.models import Post, Variant
from webapp.posts.queries import Filters

from .. import basis, kept, load, spans
from ..models import ChannelTarget, Target, Wishes
from . import nearest

FIELDS = ("posts_a_week", "most_a_day", "silence_hours")
MOST = 200
"""Channels that one page shows."""
Part = Callable[[str, list[Region], spans.Week], sa.Select[Any, Any]]


@dataclass(frozen=True)
class Standing:
    """The week of a region, or of a channel: how many posts it has, and what is wanted."""

    region: Region
    posts: int
    target: Wishes | None
    channel: Channel | None = None

    @property
    def missing(self) -> int:
        """Posts that the week lacks."""
        return max(0, (self.target.posts_a_week if self.target else 0) - self.posts)

    @property
    def excess(self) -> int:
        """Posts that are more than the days may hold."""
        return max(0, self.posts - 7 * self.target.most_a_day) if self.target and self.target.most_a_day else 0

    @property
    def above(self) -> str:
        """The region above whose wishes these are; nothing when they are its own."""
        known = self.target if isinstance(self.target, Target) else None
        return known.region.name if known is not None and known.region_id != self.region.id else ""


def of(regions: list[Region], week: spans.Week) -> list[Standing]:
    """This week in each region's own time, in two statements."""
    if not regions:
        return []
    targets, counts = nearest.of_regions(regions), _counts(regions, week, _week)
    return [Standing(region, counts.get(region.id, 0), targets.get(region.id)) for region in regions]


def on_channels(actor: Actor, week: spans.Week) -> list[Standing]:
    """The same of each channel that this person sees and that has wishes of its own, in two statements."""
    query = sa.select(ChannelTarget).join(Channel).where(*scope(Channel, actor), Channel.removed_at.is_(None))
    targets = session.scalars(query.order_by(Channel.handle, Channel.id).limit(MOST)).unique().all()
    if not targets:
        return []
    regions = {row.channel.region_id: row.channel.region for row in targets}
    counts = _counts(list(regions.values()), week, partial(_week_on, [row.channel for row in targets]))
    return [Standing(row.channel.region, counts.get(row.channel_id, 0), row, row.channel) for row in targets]


def _counts(regions: list[Region], week: spans.Week, part: Part) -> dict[uuid.UUID, int]:
    """Posts of this week by region or channel; regions of one zone are asked for together."""
    zones = {basis.known(region.zone) for region in regions}
    parts = [part(zone, [r for r in regions if basis.known(r.zone) == zone], week) for zone in sorted(zones)]
    return dict(session.execute(sa.union_all(*parts)).all())


def _week_on(channels: list[Channel], zone: str, regions: list[Region], week: spans.Week) -> sa.Select[Any, Any]:
    edges, here = spans.bounds(week.of(times.today(zone)), zone), {region.id for region in regions}
    query = sa.select(Variant.channel_id, sa.func.count()).join(Post, Post.id == Variant.post_id)
    there = Variant.channel_id.in_([channel.id for channel in channels if channel.region_id in here])
    within = (Post.slot_at >= edges[0], Post.slot_at < edges[-1], Post.deleted_at.is_(None))
    return query.where(there, *within).group_by(Variant.channel_id)


def _week(zone: str, regions: list[Region], week: spans.Week) -> sa.Select[Any]:
    edges = spans.bounds(week.of(times.today(zone)), zone)
    return load.per_region(regions, edges[0], edges[-1], Filters())


def own(region: Region) -> Target | None:
    """What a region itself wants."""
    return session.scalars(sa.select(Target).where(Target.region_id == region.id)).first()


def change(region: Region, values: Mapping[str, int | None], by: Actor) -> None:
    """What a region wants from now on: 0 is no wish, and nothing at all is what the region above wants."""
    db.lock(region)
    row = own(region) or Target(id=db.new_id(), organization_id=region.organization_id, region_id=region.id)
    if _changed(row, values):
        kept.changed(region)
        events.record("target.changed", row, by=by, region_id=region.id, wanted=_wanted(values))


def change_on(channel: Channel, values: Mapping[str, int | None], by: Actor) -> None:
    """What is wanted on a channel: 0 is no wish, and nothing at all is what its region wants."""
    db.lock(channel)
    made = ChannelTarget(
        id=db.new_id(), organization_id=channel.organization_id, channel_id=channel.id, channel=channel
    )
    row = nearest.of_channel(channel.id) or made
    if _changed(row, values):
        kept.changed(channel.region, above=True)
        events.record("channel.targets_changed", channel, by=by, wanted=_wanted(values))


def _wanted(values: Mapping[str, int | None]) -> dict[str, int] | None:
    """The wishes; None for nothing at all."""
    if all(values.get(name) is None for name in FIELDS):
        return None
    return {name: values.get(name) or 0 for name in FIELDS}


def _changed(row: Target | ChannelTarget, values: Mapping[str, int | None]) -> bool:
    """Write the wishes, or take them away; whether anything is otherwise now."""
    wanted, there = _wanted(values), row in session
    if wanted is None:
        if there:
            session.delete(row)
    elif there and all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    else:
        for name, value in wanted.items():
            setattr(row, name, value)
        session.add(row)
    session.flush()
    return wanted is not None or there
