"""When an answer is due, and the order of lists that follows from it.

A deadline runs in the working time of the channel's region, from the oldest message that nobody answered. Public
holidays that the region heeds and days on which the company is closed are no working time. How long an answer may take
is said for a channel, else for its region, else for the nearest region above.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from webapp import times, working
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.hours import week_of
from webapp.posts import days
from webapp.working import Week

from .keeping import ReplyTarget
from .models import Conversation, Message

MINUTES = 240
"""The target where nobody set one: half a working day."""
MIRROR = datetime(2500, 1, 1, tzinfo=UTC)
"""What does not wait comes after all that waits, the newest first: its place is as far before this as it is old."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


Targets = dict[tuple[uuid.UUID, uuid.UUID | None], int]
"""(region, channel or None) -> minutes."""
Spans = Iterable[tuple[date, date]]
CLOSED: list[Callable[[Any], Spans]] = []
"""On which days a region is closed, both ends included: filled at start-up by the room that keeps them."""


def sort_at(due_at: datetime | None, last_at: datetime) -> datetime:
    """The place of a conversation in every list, always ascending: by deadline, then the others, the newest first."""
    return due_at if due_at is not None else MIRROR - (last_at - _BEGINNING)


def targets(regions: Iterable[Any]) -> Targets:
    """What is set in these regions and above them. One query."""
    wanted = {each for region in regions for each in _line(region)}
    query = sa.select(ReplyTarget.region_id, ReplyTarget.channel_id, ReplyTarget.minutes)
    rows = session.execute(query.where(ReplyTarget.region_id.in_(wanted)))
    return {(row.region_id, row.channel_id): row.minutes for row in rows}


def _line(region: Any) -> list[uuid.UUID]:
    """The region and those above it, the nearest first."""
    return [uuid.UUID(part) for part in reversed(region.path.strip("/").split("/"))]


def minutes(channel: Any, known: Targets | None = None) -> int:
    """How long an answer on a channel may take: its own target, its region's, that of one above, or ours."""
    known = targets([channel.region]) if known is None else known
    return known.get((channel.region_id, channel.id)) or of_region(_line(channel.region), known)[0]


def of_region(line: Iterable[uuid.UUID], known: Targets) -> tuple[int, uuid.UUID | None]:
    """The minutes of the first of these regions that says any, and which that is; ours and None where none does."""
    return next(((known[each, None], each) for each in line if (each, None) in known), (MINUTES, None))


def inherited(region: Any) -> tuple[int, uuid.UUID | None]:
    """What holds in a region that says nothing itself: the minutes, and which region says so."""
    return of_region(_line(region)[1:], targets([region]))


def week(region: Any) -> Week:
    """The working hours of a region, without its holidays and the days on which the company is closed."""
    closed = tuple(span for ask in CLOSED for span in ask(region))
    country = region.country if days.HOLIDAY in region.minded else ""
    return _week(week_of(region), country, region.subdivision, closed, times.today(region.zone).year)


@lru_cache(maxsize=1024)
def _week(hours: Week, country: str, subdivision: str, closed: tuple[tuple[date, date], ...], year: int) -> Week:
    off = {first + timedelta(n) for first, last in closed for n in range((last - first).days + 1)}
    for each in (year - 1, year, year + 1):
        off |= days.public(country, subdivision, each)
    return replace(hours, closed=frozenset(off))


def due(since: datetime, week: Week, target: int) -> datetime:
    """By when a message of that minute is to be answered. Where nobody ever works, time simply runs."""
    return _due(since.replace(second=0, microsecond=0), week, target)


@lru_cache(maxsize=4096)
def _due(since: datetime, week: Week, target: int) -> datetime:
    amount = timedelta(minutes=target)
    return working.after([week], since, amount) or since + amount


class Due:
    """The deadlines of some channels. Two queries, however many messages wait there."""

    def __init__(self, channel_ids: Iterable[uuid.UUID]) -> None:
        found = session.scalars(sa.select(Channel).where(Channel.id.in_(list(channel_ids)))).unique().all()
        known = targets([channel.region for channel in found])
        self._of = {channel.id: (week(channel.region), minutes(channel, known)) for channel in found}

    def at(self, channel_id: uuid.UUID, since: datetime) -> datetime:
        """By when what was written there at that instant is to be answered."""
        return due(since, *self._of[channel_id])


def waiting(last_out: Any, handled_at: Any) -> sa.ColumnElement[bool]:
    """Which messages nobody answered: theirs, still there, after our last answer and after all was dealt with."""
    return sa.and_(
        Message.side == "in",
        Message.deleted_at.is_(None),
        sa.or_(last_out.is_(None), Message.at > last_out),
        sa.or_(handled_at.is_(None), Message.first_seen_at > handled_at),
    )


def _since(conversation: Conversation) -> datetime | None:
    """Since when it waits."""
    ours = Message.conversation_id == conversation.id, Message.side == "out", Message.deleted_at.is_(None)
    last_out = sa.select(sa.func.max(Message.at)).where(*ours).scalar_subquery()
    handled = sa.select(Conversation.handled_at).where(Conversation.id == conversation.id).scalar_subquery()
    theirs = (Message.conversation_id == conversation.id, waiting(last_out, handled))
    return session.scalar(sa.select(sa.func.min(Message.at)).where(*theirs))


def set_due(conversation: Conversation) -> None:
    """Its deadline and its place in lists, after what they follow from was changed."""
    since = _since(conversation) if conversation.state == "open" and not conversation.is_spam else None
    channel = conversation.channel
    at = due(since, week(channel.region), minutes(channel)) if since else None
    if at != conversation.due_at:
        conversation.due_at, conversation.warned_at = at, None
    conversation.sort_at = sort_at(conversation.due_at, conversation.last_at)
