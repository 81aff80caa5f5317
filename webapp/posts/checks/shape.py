"""What a check is: a finding with its weight, and the way to mend it; what is examined; and all findings together."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from webapp import times
from webapp.channels.models import Channel
from webapp.people.permissions import Actor

from .. import revisions
from ..models import Post, Revision


class Level(StrEnum):
    """How much a check weighs. The values are the classes of the `check` part."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    BLOCK = "stop"


WEIGHT = {Level.BLOCK: 0, Level.WARN: 1, Level.INFO: 2, Level.OK: 3}


@dataclass(frozen=True)
class Check:
    """One finding. `field` names what it speaks of (a fragment of the composer); `owner` who can mend it."""

    key: str
    level: Level
    title: str
    detail: str = ""
    field: str = ""
    fix_label: str = ""
    fix_url: str = ""
    owner: str = ""
    channel_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Subject:
    """What is examined: a revision, or the working copy as it would be frozen now.

    `rights_until`: the last day on which all its pictures may be used (None: no end is known).
    """

    post: Post
    content: revisions.Content
    channels: tuple[Channel, ...]
    revision: Revision | None = None
    rights_until: date | None = None

    @property
    def planned_at(self) -> datetime | None:
        """The slot; None for "as soon as approved" or when none was chosen."""
        return datetime.fromisoformat(self.content["instant"]) if self.content["instant"] else None

    @property
    def at(self) -> datetime | None:
        """When it would go out: the slot, or now for "as soon as approved"; None when no time was chosen."""
        return times.now() if self.content["as_soon"] else self.planned_at

    @cached_property
    def entries(self) -> list[tuple[Channel, revisions.Content]]:
        """Each channel with what goes to it."""
        pairs = ((c, revisions.entry_for(self.content, c.id)) for c in self.channels)
        return [(channel, entry) for channel, entry in pairs if entry is not None]

    @cached_property
    def texts(self) -> list[tuple[Channel, str]]:
        """Each different text with the first channel that gets it."""
        found: dict[str, Channel] = {}
        for channel, entry in self.entries:
            found.setdefault(revisions.text_of(entry), channel)
        return [(channel, text) for text, channel in found.items()]

    @cached_property
    def words(self) -> list[tuple[Channel, str]]:
        """The texts and all that follows them, each once."""
        found = {text: channel for channel, text in self.texts}
        for channel, entry in self.entries:
            for part in revisions.further_of(entry):
                found.setdefault(part["text"], channel)
        return [(channel, text) for text, channel in found.items()]

    def field_of(self, channel: Channel) -> str:
        """Where the composer keeps the text of a channel: its own row, or the base when all say the same."""
        return f"v-{channel.id}" if len(self.texts) > 1 else "text"


@dataclass(frozen=True)
class Report:
    """All findings, the worst first."""

    checks: tuple[Check, ...]

    @property
    def open(self) -> tuple[Check, ...]:
        """What somebody should look at."""
        return tuple(c for c in self.checks if c.level != Level.OK)

    @property
    def passed(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.level == Level.OK)

    @property
    def blocks(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.level == Level.BLOCK)

    @property
    def warns(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.level == Level.WARN)

    def of_channel(self, channel_id: uuid.UUID) -> tuple[Check, ...]:
        """What is open on one channel."""
        return tuple(c for c in self.open if c.channel_id == channel_id)


Look = Callable[[Subject, Actor | None], list[Check]]
"""A rule: what it finds in a subject for a reader (None: for nobody in particular)."""


def passed(subject: Subject, key: str, title: str) -> list[Check]:
    """A passed check, when there was anything to look at."""
    return [Check(key, Level.OK, title)] if subject.entries else []
