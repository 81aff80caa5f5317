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
    """Add what publishing and posts know; as many queries as there are zones, and four."""
    for channel_id, at in _last(list(found)):
        found[channel_id].last_at = at
    for channel_id, n in _waiting(list(found)):
        found[channel_id].waiting = n
    for zone in {channel.region.zone for channel in channels}:
        for channel_id, n in _today([c.id for c in channels if c.region.zone == zone], zone):
            found[channel_id].today = n
    on = pauses.active({channel.organization_id for channel in channels})
    for channel in channels:
        found[channel.id].paused = pauses.over(on, channel.id, channel.region.path) is not None


def _last(ids: list[uuid.UUID]) -> Sequence[Any]:
    return session.execute(
        sa.select(Delivery.channel_id, sa.func.max(Delivery.published_at))
        .where(Delivery.channel_id.in_(ids), Delivery.state == "published")
        .group_by(Delivery.channel_id)
    ).all()


def _waiting(ids: list[uuid.UUID]) -> Sequence[Any]:
    return session.execute(
        sa.select(Variant.channel_id, sa.func.count())
        .join(Post, Post.id == Variant.post_id)
        .where(Variant.channel_id.in_(ids), Post.deleted_at.is_(None), Post.state.in_(NOT_OUT))
        .group_by(Variant.channel_id)
    ).all()


def _today(ids: list[uuid.UUID], zone: str) -> Sequence[Any]:
    start, end = times.day_bounds(times.today(zone), zone)
    return session.execute(
        sa.select(Delivery.channel_id, sa.func.count())
        .where(
            Delivery.channel_id.in_(ids),
            Delivery.planned_at >= start,
            Delivery.planned_at < end,
            Delivery.state.in_(_COUNTED),
        )
        .group_by(Delivery.channel_id)
    ).all()
