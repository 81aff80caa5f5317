"""What channels carry, told to their room by the rooms above: publishes, today's posts, what waits, pauses."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.channels.models import Channel
from webapp.channels.usage import Usage
from webapp.db import session
from webapp.posts.lifecycle import State
from webapp.posts.models import Post, Variant
from webapp.publishing import pauses
from webapp.publishing.models import Delivery

NOT_OUT = (
    State.DRAFT,
    State.WAITING,
    State.SENT_BACK,
    State.REJECTED,
    State.EXPIRED,
    State.APPROVED,
    State.SCHEDULED,
    State.HELD,
)
_COUNTED = ("scheduled", "sending", "published", "unknown", "held")


def fill(channels: Sequence[Channel], found: dict[uuid.UUID, Usage]) -> None:
    """Add what publishing and posts know, in four queries: what they read does not grow with what was published."""
    for channel_id, at in _last(list(found)):
        found[channel_id].last_at = at
    for channel_id, n in _waiting(channels):
        found[channel_id].waiting = n
    for channel_id, n in _today(channels):
        found[channel_id].today = n
    on = pauses.active({channel.organization_id for channel in channels})
    for channel in channels:
        found[channel.id].paused = pauses.over(on, channel.id, channel.region.path) is not None


def _last(ids: list[uuid.UUID]) -> Sequence[Any]:
    """The last publish of each, looked up at the end of its index."""
    last = sa.select(sa.func.max(Delivery.published_at)).where(
        Delivery.channel_id == Channel.id, Delivery.state == "published"
    )
    return session.execute(sa.select(Channel.id, last.scalar_subquery()).where(Channel.id.in_(ids))).all()


def _waiting(channels: Sequence[Channel]) -> Sequence[Any]:
    """From the posts that are not out, which are few beside those that are."""
    organizations = {channel.organization_id for channel in channels}
    return session.execute(
        sa.select(Variant.channel_id, sa.func.count())
        .join(Post, Post.id == Variant.post_id)
        .where(Post.organization_id.in_(organizations), Post.deleted_at.is_(None), Post.state.in_(NOT_OUT))
        .where(Variant.channel_id.in_([channel.id for channel in channels]))
        .group_by(Variant.channel_id)
    ).all()


def _today(channels: Sequence[Channel]) -> Sequence[Any]:
    """Counted in the day of each channel's own zone."""
    zones: dict[str, list[uuid.UUID]] = {}
    for channel in channels:
        zones.setdefault(channel.region.zone, []).append(channel.id)
    days = {zone: times.day_bounds(times.today(zone), zone) for zone in zones}
    here = [
        sa.and_(Delivery.channel_id.in_(ids), Delivery.planned_at >= days[zone][0], Delivery.planned_at < days[zone][1])
        for zone, ids in zones.items()
    ]
    return session.execute(
        sa.select(Delivery.channel_id, sa.func.count())
        .where(sa.or_(*here), Delivery.state.in_(_COUNTED))
        .group_by(Delivery.channel_id)
    ).all()
