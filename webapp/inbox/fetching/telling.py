"""What a stored batch means for those who work: it is told once a conversation, and wakes what was put away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from webapp import events
from webapp.channels.models import Channel
from webapp.db import among, session
from webapp.inbox.models import Conversation, Message
from webapp.networks.base import Item

from . import counting


@dataclass(frozen=True)
class _Subject:
    """A conversation as events need it."""

    id: UUID
    organization_id: UUID
    region_id: UUID
    __tablename__ = "conversations"


def _subject(channel: Channel, conversation_id: UUID) -> _Subject:
    return _Subject(conversation_id, channel.organization_id, channel.region_id)


def tell(channel: Channel, batch: Mapping[str, Item], new: Mapping[str, Any], by: str) -> None:
    """One event a conversation that has something new of theirs; what was done or snoozed is open again.

    Spam wakes nobody.
    """
    inbound: dict[UUID, int] = {}
    asleep = {}
    spam = _spam(channel, new)
    for key, row in new.items():
        if batch[key].side == "in" and not batch[key].deleted:
            inbound[row.id] = inbound.get(row.id, 0) + 1
            if key not in spam and (row.state == "done" or row.snoozed_until is not None):
                asleep[row.id] = row
    _wake(channel, list(asleep.values()))
    news = [
        (_subject(channel, key), {"channel": channel.id, "count": n, "source": by})
        for key, n in sorted(inbound.items())
    ]
    events.record_all("message.received", news, by=None)


def _spam(channel: Channel, new: Mapping[str, Any]) -> set[str]:
    """The new messages that are likely spam."""
    if not new:
        return set()
    spam = (Message.channel_id == channel.id, Message.is_spam, among(Message.remote_id, list(new)))
    return set(session.scalars(sa.select(Message.remote_id).where(*spam)))


def _wake(channel: Channel, rows: list[Any]) -> None:
    for row in rows:
        values: dict[str, Any] = {"snoozed_until": None, "snooze_zone": ""}
        if row.state == "done":
            values |= {"state": "open", "handled_at": row.done_at, "done_at": None, "done_by_id": None}
        session.execute(sa.update(Conversation).where(Conversation.id == row.id).values(**values))
        was = "done" if row.state == "done" else "snoozed"
        events.record("conversation.reopened", _subject(channel, row.id), by=None, channel=channel.id, was=was)
    counting.recount([row.id for row in rows if row.state == "done"])
