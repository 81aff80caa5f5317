"""Conversations for tests and for looking: an author there, a channel, and what was said, without any network."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast
from tests.posts import make
from webapp import db, times
from webapp.channels.models import Channel
from webapp.inbox import deadlines, searching
from webapp.inbox.models import Author, Conversation, Message


def author(cast: Cast, name: str = "Ola Zielona", handle: str = "@zielony.balkon", network: str = "mastodon") -> Author:
    """Somebody there."""
    made = Author(
        organization_id=cast.organization.id, network=network, remote_id=secrets.token_hex(6), handle=handle, name=name
    )
    db.session.add(made)
    db.session.flush()
    return made


def channel(cast: Cast, region: Any = None, network: str = "mastodon") -> Channel:
    """A connected channel of a region (Warsaw)."""
    return make.channel(cast, region, network=network)


def conversation(cast: Cast, on: Channel | None = None, by: Author | None = None, **values: Any) -> Conversation:
    """A thread that somebody began; `due` is when an answer is due, from now."""
    on, by = on or channel(cast), by or author(cast)
    now, due = times.now(), values.pop("due", timedelta(minutes=22))
    text, said = values.pop("text", "Where is my order?"), values.pop("at", now - timedelta(minutes=30))
    waits = values.get("state", "open") == "open" and not values.get("is_spam") and due is not None
    made = Conversation(
        organization_id=on.organization_id,
        region_id=on.region_id,
        channel=on,
        author=by,
        root_remote_id=secrets.token_hex(6),
        **{"language": "en", "unanswered": 1 if waits else 0, **values},
        due_at=now + due if waits else None,
        last_at=said,
        last_text=text,
        sort_at=now,
    )
    made.sort_at = deadlines.sort_at(made.due_at, said)
    db.session.add(made)
    db.session.flush()
    message(made, text, at=said, author=by)
    return made


def message(to: Conversation, text: str, side: str = "in", at: datetime | None = None, **values: Any) -> Message:
    """One thing that was said in it."""
    by = values.pop("author", to.author if side == "in" else None)
    made = Message(
        organization_id=to.organization_id,
        region_id=to.region_id,
        channel_id=to.channel_id,
        conversation_id=to.id,
        remote_id=secrets.token_hex(6),
        side=side,
        author=by,
        text=text,
        at=at or times.now(),
        words=searching.words(text, by.name if by else "", region_id=to.region_id),
        **values,
    )
    to.last_at = max(to.last_at, made.at)
    db.session.add(made)
    db.session.flush()
    return made
