"""What a channel carries: the last publish, today's posts, what waits. Higher rooms know and fill `SOURCES`."""

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


Source = Callable[[Sequence[Channel], dict[uuid.UUID, Usage]], None]
SOURCES: list[Source] = []


def of(channels: Sequence[Channel]) -> dict[uuid.UUID, Usage]:
    """The usage of each channel by id; a handful of queries whatever their number."""
    found = {channel.id: Usage() for channel in channels}
    if found:
        for fill in SOURCES:
            fill(channels, found)
    return found
