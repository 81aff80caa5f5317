"""What a channel carries: the last publish, today's posts, what waits, and how comments come.

Higher rooms know, and fill `SOURCES` and `ARRIVALS`.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .models import Channel


@dataclass
class Usage:
    """Of one channel: `last_at` (instant) of the last publish, `today` posts out or planned today there, `waiting`.

    `inbox`: what is odd about reading its comments, in the reader's words.
    """

    last_at: datetime | None = None
    today: int = 0
    waiting: int = 0
    paused: bool = False
    inbox: str = ""


@dataclass(frozen=True)
class Arrival:
    """How new comments come, in the reader's words; `why` not sooner; whether connecting it again would help."""

    how: str
    why: str = ""
    reconnect: bool = False


Source = Callable[[Sequence[Channel], dict[uuid.UUID, Usage]], None]
SOURCES: list[Source] = []
ARRIVALS: list[Callable[[Channel], Arrival | None]] = []


def of(channels: Sequence[Channel]) -> dict[uuid.UUID, Usage]:
    """The usage of each channel by id; a handful of queries whatever their number."""
    found = {channel.id: Usage() for channel in channels}
    if found:
        for fill in SOURCES:
            fill(channels, found)
    return found


def arrival(channel: Channel) -> Arrival | None:
    """How its new comments come; nothing where none can."""
    return next((found for tell in ARRIVALS if (found := tell(channel)) is not None), None)
