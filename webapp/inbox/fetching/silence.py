"""Channels whose comments are not read, and those that are read and oddly quiet.

A network that fails a few times in a row for a while has stopped answering. One that answers, but brings nothing for
much longer than it used to, is healthy but silent: perhaps a right is missing there.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.channels.models import Channel
from webapp.channels.usage import Usage
from webapp.db import session
from webapp.i18n import _
from webapp.inbox.models import InboxCursor
from webapp.people.permissions import Actor, scope

TRIES, AWHILE = 3, timedelta(minutes=5)
NEWS, TIMES, LEAST = 10, 6, timedelta(days=2)
"""How often something must have come before silence is odd; how many usual gaps, and how long at least."""


def stopped(cursor: InboxCursor, now: datetime) -> bool:
    """Whether it has failed several times in a row, and for a while."""
    return cursor.failures >= TRIES and (cursor.last_ok_at is None or now - cursor.last_ok_at > AWHILE)


def silent(cursor: InboxCursor, now: datetime) -> bool:
    """Whether it answers and brings nothing, for much longer than was usual."""
    kept = cursor.cursor or {}
    if cursor.failures or cursor.last_new_at is None or int(kept.get("news") or 0) < NEWS:
        return False
    return now - cursor.last_new_at > max(LEAST, TIMES * timedelta(seconds=float(kept.get("gap") or 0)))


def learnt(kept: Mapping[str, Any], last: datetime | None, now: datetime) -> dict[str, Any]:
    """The usual gap between two looks that brought something, the newer ones weighing more."""
    news, gap = int(kept.get("news") or 0), float(kept.get("gap") or 0)
    if last is None:
        return {"news": news + 1, "gap": gap}
    since = (now - last).total_seconds()
    return {"news": min(news + 1, 1000), "gap": since if news < 2 else 0.8 * gap + 0.2 * since}


def words(cursor: InboxCursor, now: datetime) -> str:
    """What to say of a channel's inbox; nothing when it is well."""
    if stopped(cursor, now):
        why = _(cursor.problem, **cursor.problem_params) if cursor.problem else ""
        return _("Comments are not read at the moment. %(why)s", why=why).strip()
    if silent(cursor, now) and cursor.last_new_at:
        ago = times.distance(cursor.last_new_at)
        return _("It answers, but the last comment came %(ago)s. Look there whether that can be.", ago=ago)
    return ""


def fill(channels: Sequence[Channel], found: dict[uuid.UUID, Usage]) -> None:
    """Tell the room of channels. One query."""
    now = times.now()
    for cursor in session.scalars(sa.select(InboxCursor).where(InboxCursor.channel_id.in_([c.id for c in channels]))):
        found[cursor.channel_id].inbox = words(cursor, now)


def troubles(actor: Actor) -> list[tuple[Channel, str]]:
    """Channels that a person sees whose comments are not read or that are oddly silent, in words. One query."""
    now = times.now()
    query = sa.select(Channel, InboxCursor).join(InboxCursor, InboxCursor.channel_id == Channel.id)
    odd = sa.or_(InboxCursor.failures >= TRIES, InboxCursor.last_new_at < now - LEAST)
    live = (Channel.removed_at.is_(None), Channel.health == "connected", *scope(Channel, actor))
    rows = session.execute(query.where(*live, odd).order_by(Channel.name, Channel.id).limit(50)).unique().all()
    return [(channel, said) for channel, cursor in rows if (said := words(cursor, now))]
