"""The neighbours of a post on a channel: what goes out there shortly before and after, and how alike it is.

A trace is written when a post is frozen for approval, so that looking is one bounded statement that opens no text,
however many posts there are.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp.db import Instant, new_id, session

from ..lifecycle import State
from ..models import Post
from .models import Trace
from .sketch import ALIKE, likeness, sketch

SPAN = timedelta(days=7)
MOST = 150
"""Neighbours read on each side, the nearest first."""
_STANDING = (
    State.WAITING,
    State.HELD,
    State.APPROVED,
    State.SCHEDULED,
    State.SENDING,
    State.PUBLISHED,
    State.PARTLY,
    State.UNKNOWN,
)

__all__ = ["ALIKE", "SPAN", "Neighbour", "around", "likeness", "note", "sketch"]


@dataclass(frozen=True)
class Neighbour:
    """Another post on the channel, when it goes out (an instant), and the sketch of its text there."""

    channel_id: uuid.UUID
    post_id: uuid.UUID
    at: datetime
    sketch: bytes


def note(post: Post, at: datetime, texts: Iterable[tuple[uuid.UUID, str]]) -> None:
    """Remember a post as it was just frozen; what was remembered before goes."""
    session.execute(sa.delete(Trace).where(Trace.post_id == post.id))
    rows = [
        {
            "id": new_id(),
            "organization_id": post.organization_id,
            "post_id": post.id,
            "channel_id": channel_id,
            "at": at,
            "sketch": sketch(text),
        }
        for channel_id, text in texts
    ]
    if rows:
        session.execute(sa.insert(Trace), rows)


def around(channels: Iterable[uuid.UUID], at: datetime, but: uuid.UUID) -> list[Neighbour]:
    """What stands on these channels within seven days of an instant, without one post; one statement."""
    wanted = {"channels": list(channels), "but": but, "at": at, "since": at - SPAN, "until": at + SPAN}
    return [Neighbour(*row) for row in session.execute(_around(), wanted)] if wanted["channels"] else []


@cache
def _around() -> sa.CompoundSelect[Any]:
    at = sa.bindparam("at", type_=Instant())
    before = _side(Trace.at <= at, Trace.at >= sa.bindparam("since", type_=Instant()), Trace.at.desc())
    after = _side(Trace.at > at, Trace.at <= sa.bindparam("until", type_=Instant()), Trace.at)
    return sa.union_all(sa.select(before.subquery("before")), sa.select(after.subquery("after")))


def _side(near: sa.ColumnElement[bool], far: sa.ColumnElement[bool], order: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Trace.channel_id, Trace.post_id, Trace.at, Trace.sketch)
        .join(Post, Post.id == Trace.post_id)
        .where(
            Trace.channel_id.in_(sa.bindparam("channels", expanding=True)),
            near,
            far,
            Trace.post_id != sa.bindparam("but", type_=sa.Uuid()),
            Post.deleted_at.is_(None),
            Post.state.in_([state.value for state in _STANDING]),
        )
        .order_by(order)
        .limit(MOST)
    )
