"""Writing down what came of a look: messages and cursor together, and how long until the next one."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.channels.account import broken
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import N_
from webapp.inbox.models import InboxCursor
from webapp.networks import network
from webapp.networks.base import Batch, Conversations, NetworkError, Remedy

from . import asking, silence
from .storing import store

CRASHED = N_("Something broke on our side while comments were read.")
WAITS = tuple(timedelta(minutes=n) for n in (1, 2, 5, 10, 20, 30))
QUIET = timedelta(days=1)
"""Where nothing came for so long, it is asked a third as often."""
DAY = timedelta(days=1)


def settle(cursor_id: uuid.UUID, token: int, outcome: Batch | NetworkError) -> bool:
    """In this transaction (the caller commits). False when the claim is no longer ours."""
    query = sa.select(InboxCursor).where(InboxCursor.id == cursor_id).execution_options(populate_existing=True)
    cursor = session.scalars(query if db.is_sqlite() else query.with_for_update()).one()
    if cursor.token != token:
        return False
    channel = session.get_one(Channel, cursor.channel_id)
    cursor.lease_until = None
    if isinstance(outcome, NetworkError):
        _failed(channel, cursor, outcome, times.now())
    else:
        _worked(channel, cursor, outcome, times.now())
    return True


def _worked(channel: Channel, cursor: InboxCursor, batch: Batch, now: datetime) -> None:
    looked = asking.looked(channel, cursor, now)
    stored = store(channel, batch.items)
    kept: dict[str, Any] = {**(cursor.cursor or {}), "network": dict(batch.cursor), **looked}
    if stored.new:
        kept |= silence.learnt(kept, cursor.last_new_at, now)
        cursor.last_new_at = now
    if silence.stopped(cursor, now):
        events.record("channel.inbox_answers", channel, by=None, network=channel.network)
    cursor.cursor, cursor.failures, cursor.last_ok_at, cursor.problem, cursor.problem_params = kept, 0, now, "", {}
    cursor.next_at = now if batch.more else now + pause(channel.network, cursor, now)


def pause(key: str, cursor: InboxCursor, now: datetime) -> timedelta:
    """Until the next look, a little apart so that channels do not march in step."""
    there = network(key)
    assert isinstance(there, Conversations)
    return pace(there, cursor, now) * random.uniform(0.9, 1.1)  # noqa: S311


def pace(there: Conversations, cursor: InboxCursor | None, now: datetime) -> timedelta:
    """How often a channel is asked while it answers."""
    busy = cursor is not None and cursor.last_new_at is not None and now - cursor.last_new_at < QUIET
    return there.every * (1 if busy else 3)


def _failed(channel: Channel, cursor: InboxCursor, error: NetworkError, now: datetime) -> None:
    """Wait longer each time; what says "reconnect" twice takes the channel out, as with posts."""
    before = silence.stopped(cursor, now)
    cursor.failures += 1
    wait = now + WAITS[min(cursor.failures, len(WAITS)) - 1]
    asked = min(error.retry_at, now + DAY) if error.retry_at else wait
    cursor.next_at = max(wait, asked)
    cursor.problem, cursor.problem_params = error.message, dict(error.params)
    if error.remedy is Remedy.RECONNECT:
        broken(channel, error.message, error.params)
    elif silence.stopped(cursor, now) and not before:
        events.record("channel.inbox_stopped", channel, by=None, network=channel.network, problem=error.message)
