"""Everything the page of a conversation reads, in one place: so that its cost is seen at a glance."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from webapp import times
from webapp.inbox.keeping import Presence
from webapp.inbox.listing import picked, rows
from webapp.inbox.models import Conversation, Message, Note
from webapp.inbox.work import presence, snoozing
from webapp.people.permissions import Actor, Permission
from webapp.posts import comments

from . import queries


@dataclass(frozen=True)
class Item:
    """A message or a note in its place of time. `words`: a note's words with the people it names set apart."""

    at: datetime
    message: Message | None = None
    note: Note | None = None
    words: Markup | None = None


def items(found: Sequence[Message], notes: Sequence[Note], older: bool) -> list[Item]:
    """Both in the order of time; notes from before the first message that is shown stay with the older page."""
    noted: Any = notes
    named = comments.people_named(noted)
    first = found[0].at if found and older else None
    said = [Item(each.at, message=each) for each in found]
    beside = [
        Item(each.created_at, note=each, words=comments.marked(each, named))
        for each in noted
        if first is None or each.created_at >= first
    ]
    return sorted([*said, *beside], key=lambda item: item.at)


def context(
    conversation: Conversation,
    actor: Actor,
    before: tuple[datetime, uuid.UUID] | None,
    here: Sequence[Presence] | None = None,
) -> dict[str, Any]:
    """What is said, noted and known; `before` shows an older page, `here` is who is in it, when that was read."""
    found, older = queries.messages(conversation, before)
    here = presence.here(conversation) if here is None else here
    return {
        "row": rows.of([conversation], actor)[0],
        "conversation": conversation,
        "items": items(found, queries.notes(conversation) if not before else [], older),
        "older": found[0] if older else None,
        "before": before,
        "newest": found[-1].id if found else None,
        "seen": picked.token(conversation).partition(".")[2],
        "source": queries.source(conversation, actor),
        "others": [each for each in here if each.person_id != actor.id],
        "claimed": next((each.claimed_until for each in here if each.person_id == actor.id), None),
        "later": snoozing.choices(conversation.channel.region),
        "may": actor.may(Permission.REPLY, conversation),
        "now": times.now(),
    }
