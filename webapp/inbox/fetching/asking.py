"""What a channel is asked about: the threads of its recent posts, and some of the messages that may have changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.models import InboxCursor, Message
from webapp.networks import talk
from webapp.publishing.models import Delivery

FRESH, OLD = timedelta(days=2), timedelta(days=14)
NEWEST, OLDER = 8, 4
"""Posts of the last days that every look asks about, and how many older ones take turns."""
WATCHED, WATCH, AGE = 20, timedelta(minutes=5), timedelta(days=7)
"""Messages looked at again at once, how often, and until which age."""


def posts(channel: Channel, now: datetime) -> list[str]:
    """The ids there of posts of ours: the newest each time, the older ones in turns."""
    published = (Delivery.channel_id == channel.id, Delivery.state == "published", Delivery.deleted_at.is_(None))
    query = sa.select(Delivery.remote_id, Delivery.published_at).where(*published, Delivery.published_at > now - OLD)
    rows = session.execute(query.order_by(Delivery.published_at.desc()).limit(200)).all()
    fresh = [row.remote_id for row in rows if row.published_at > now - FRESH][:NEWEST]
    older = [row.remote_id for row in rows if row.remote_id not in fresh]
    turn = int(now.timestamp() // 60) * OLDER % len(older) if older else 0
    return list(dict.fromkeys([*fresh, *(older[turn:] + older[:turn])[:OLDER]]))


def watched(channel: Channel, cursor: InboxCursor, now: datetime) -> Sequence[str]:
    """Messages to look at again, from the newest down, some every few minutes."""
    kept = cursor.cursor or {}
    last = talk.moment(kept.get("looked"))
    if last is not None and last > now - WATCH:
        return []
    below = talk.moment(kept.get("below")) or now
    mine = (Message.organization_id == channel.organization_id, Message.channel_id == channel.id)
    young = (Message.at < below, Message.at > now - AGE, Message.deleted_at.is_(None))
    query = sa.select(Message.remote_id).where(*mine, *young).order_by(Message.at.desc()).limit(WATCHED)
    return list(session.scalars(query))


def looked(channel: Channel, cursor: InboxCursor, now: datetime) -> dict[str, Any]:
    """What the cursor remembers after a look at what `watched` gave."""
    kept = cursor.cursor or {}
    again = watched(channel, cursor, now)
    if not again:
        return {"looked": kept.get("looked") or now.isoformat(), "below": None}
    mine = (Message.channel_id == channel.id, Message.remote_id == again[-1])
    last = session.scalar(sa.select(Message.at).where(*mine))
    more = len(again) == WATCHED and last is not None
    return {"looked": now.isoformat(), "below": last.isoformat() if more and last else None}
