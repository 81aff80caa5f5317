"""Asking the networks what is new, channel by channel. The poller is the truth; a hint only makes it look sooner.

A channel is claimed by a lease with a fencing token, asked with no transaction open, and settled in one that keeps its
messages and its cursor together: what is lost between them comes again. So this job commits by itself.
"""

import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db, logs, times
from webapp.channels import health
from webapp.channels.account import account
from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.models import InboxCursor
from webapp.networks import NETWORKS, network
from webapp.networks.base import Account, Batch, Conversations, Item, NetworkError, Remedy, Watchful

from . import asking, settling

LEASE = timedelta(minutes=3)
THREADS, PATIENCE = 16, 20.0
"""Channels asked at once in one process; seconds after which a run takes nothing new."""


@dataclass(frozen=True)
class Look:
    """A claimed channel, with everything that a thread needs to ask about it."""

    cursor_id: uuid.UUID
    token: int
    network: str
    account: Account
    cursor: Mapping[str, Any] | None
    posts: Sequence[str]
    watched: Sequence[str]


def fetch_due() -> int:
    """Ask about every channel whose turn has come; answers how many looks were made. Any number may run at once."""
    began, done = time.monotonic(), 0
    _enlist()
    while time.monotonic() - began < PATIENCE and (looks := _claim(times.now())):
        with ThreadPoolExecutor(len(looks), thread_name_prefix="inbox") as pool:
            asked = {pool.submit(ask, look): look for look in looks}
            for future in as_completed(asked):
                _settle(asked[future], future.result())
        done += len(looks)
    return done


def readable() -> list[str]:
    """Networks that people can write to us on and that are asked about it."""
    return [key for key, each in NETWORKS.items() if isinstance(each, Conversations)]


def _enlist() -> None:
    """A cursor for each channel that has none yet."""
    has = sa.exists().where(InboxCursor.channel_id == Channel.id)
    new = sa.select(Channel.id, Channel.organization_id).where(*_live(), ~has).limit(500)
    for row in session.execute(new).all():
        values = {"id": db.new_id(), "organization_id": row.organization_id, "channel_id": row.id}
        session.execute(db.insert_ignoring(InboxCursor, **values))
    db.release()


def _live() -> tuple[sa.ColumnElement[bool], ...]:
    return Channel.network.in_(readable()), Channel.removed_at.is_(None), Channel.health == "connected"


def _claim(now: datetime) -> list[Look]:
    """Take the channels whose turn it is and that nobody else asks about."""
    free = sa.or_(InboxCursor.lease_until.is_(None), InboxCursor.lease_until < now)
    live = InboxCursor.channel_id.in_(sa.select(Channel.id).where(*_live()))
    values = {"lease_until": now + LEASE, "token": InboxCursor.token + 1}
    taken = db.claim(InboxCursor, [InboxCursor.next_at <= now, free, live], InboxCursor.next_at, THREADS, **values)
    looks = [_look(cursor, now) for cursor in taken]
    db.release()
    return looks


def _look(cursor: InboxCursor, now: datetime) -> Look:
    channel = session.get_one(Channel, cursor.channel_id)
    watched = asking.watched(channel, cursor, now) if isinstance(network(channel.network), Watchful) else []
    posts = asking.posts(channel, now)
    return Look(cursor.id, cursor.token, channel.network, account(channel), cursor.cursor, posts, watched)


def ask(look: Look) -> Batch | NetworkError:
    """What the network has; in a thread, no transaction open. "Reconnect" only when a second look says so too."""
    try:
        return _asked(look)
    except NetworkError as error:
        looked = health.second_look(look.network, look.account, error)
        return looked.error if isinstance(looked, health.Disconnected) else looked
    except Exception as defect:
        logs.error("inbox", defect, cursor=look.cursor_id)
        return NetworkError(settling.CRASHED, Remedy.RETRY, code="crashed")
    finally:
        session.remove()


def _asked(look: Look) -> Batch:
    there, kept = network(look.network), look.cursor or {}
    assert isinstance(there, Conversations)
    batch = there.fetch(look.account, kept.get("network"), look.posts)
    again: tuple[Item, ...] = ()
    if look.watched and isinstance(there, Watchful):
        again = there.look(look.account, look.watched)
    return Batch((*batch.items, *again), batch.cursor, batch.more)


def _settle(look: Look, outcome: Batch | NetworkError) -> None:
    """Keep what came of it, unless somebody else has taken the channel over since."""
    try:
        settling.settle(look.cursor_id, look.token, outcome)
        db.commit()
    except Exception as defect:  # the lease runs out and the channel is asked again
        db.rollback()
        logs.error("inbox", defect, cursor=look.cursor_id)
    finally:
        session.expunge_all()


def hurry(channel_id: uuid.UUID, at: datetime | None = None) -> None:
    """A hint that something is new there: it is asked at once, or at an instant that is sooner than its turn. The
    caller commits."""
    at = at or times.now()
    mine = sa.update(InboxCursor).where(InboxCursor.channel_id == channel_id, InboxCursor.next_at > at)
    session.execute(mine.values(next_at=at))
