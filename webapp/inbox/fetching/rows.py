"""The rows that a batch becomes: what a network said, cut to size, and what we read in it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from webapp import bulk, times
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.inbox import deadlines, searching
from webapp.inbox.keeping import BlockedWords
from webapp.inbox.models import Author
from webapp.inbox.reading import language, questions, spam
from webapp.networks.base import Item, Who

LONGEST, NAME, ADDRESS, ATTACHMENTS = 20_000, 200, 2_000, 20
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _clean(text: str, most: int) -> str:
    """Without the characters that no database keeps."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:most]


def instant(at: datetime) -> datetime:
    """Clocks of others may say anything: never outside what we can order."""
    return min(max(at.astimezone(UTC), _FIRST), _LAST)


def about(said: dict[str, Any], item: Item, delivered: Mapping[str, Any]) -> None:
    """Add what a message says of its conversation: what kind it is, which post of ours it is about."""
    ours = item.ours or item.root_id in delivered or item.parent_id in delivered
    kind = "comment" if ours else item.kind
    said["kind"] = "comment" if "comment" in (kind, said.get("kind")) else kind
    delivery = delivered.get(item.root_id) or delivered.get(item.parent_id)
    if delivery is not None:
        said |= {"post_id": delivery.post_id, "delivery_id": delivery.id}


def conversation(channel: Channel, key: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """A conversation that begins; `counting.recount` fills in the rest."""
    now = times.now()
    return {
        "id": new_id(),
        "organization_id": channel.organization_id,
        "region_id": channel.region_id,
        "channel_id": channel.id,
        "root_remote_id": key,
        "post_id": None,
        "delivery_id": None,
        "url": "",
        "state": "open",
        "snooze_zone": "",
        "language": "",
        "is_question": False,
        "is_spam": False,
        "last_at": now,
        "last_text": "",
        "unanswered": 0,
        "sort_at": deadlines.sort_at(None, now),
        "version": 1,
        "created_at": now,
        **said,
    }


def authors(channel: Channel, items: Sequence[Item]) -> dict[str, tuple[uuid.UUID, bool]]:
    """Everybody who wrote something of these: id there -> (our id, blocked). The newest message describes them best."""
    newest: dict[str, Item] = {}
    for item in items:
        before = newest.get(item.author.remote_id)
        if before is None or (item.at, item.remote_id) > (before.at, before.remote_id):
            newest[item.author.remote_id] = item
    rows = [_author(channel, item.author, instant(item.at)) for _, item in sorted(newest.items())]
    found = bulk.upsert(Author, rows, _SAME, _described, ("remote_id", "id", "blocked_at"))
    return {row.remote_id: (row.id, row.blocked_at is not None) for row in found}


def _author(channel: Channel, who: Who, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organization_id": channel.organization_id,
        "network": channel.network,
        "server": "",
        "remote_id": who.remote_id[:ADDRESS],
        "handle": _clean(who.handle, NAME),
        "name": _clean(" ".join(who.name.split()), NAME),
        "avatar_url": who.avatar_url[:ADDRESS],
        "url": who.url[:ADDRESS],
        "note": "",
        "first_seen_at": at,
        "last_seen_at": at,
    }


_SAME = ("organization_id", "network", "server", "remote_id")


def _described(new: Any, old: Any) -> dict[str, Any]:
    """What is known of an author after a message: it describes them as they are now, unless a later one did."""
    later = sa.and_(new.last_seen_at >= old.last_seen_at, old.erased_at.is_(None))
    said = {name: sa.case((later, new[name]), else_=old[name]) for name in ("handle", "name", "avatar_url", "url")}
    said["last_seen_at"] = sa.case((new.last_seen_at > old.last_seen_at, new.last_seen_at), else_=old.last_seen_at)
    said["first_seen_at"] = sa.case((new.first_seen_at < old.first_seen_at, new.first_seen_at), else_=old.first_seen_at)
    return said


def blocked_words(channel: Channel) -> tuple[str, ...]:
    """The words that make a message spam on this channel."""
    here = sa.or_(BlockedWords.region_id.is_(None), BlockedWords.region_id == channel.region_id)
    query = sa.select(BlockedWords.words).where(BlockedWords.organization_id == channel.organization_id, here)
    return tuple(sorted({line for text in session.scalars(query) for line in spam.lines(text)}))


def message(
    channel: Channel,
    item: Item,
    conversation_id: uuid.UUID,
    authors_: Mapping[str, tuple[uuid.UUID, bool]],
    words: Sequence[str],
) -> dict[str, Any]:
    """One new message."""
    author_id, is_blocked = authors_[item.author.remote_id[:ADDRESS]]
    now = times.now()
    return {
        "id": new_id(),
        "organization_id": channel.organization_id,
        "region_id": channel.region_id,
        "channel_id": channel.id,
        "conversation_id": conversation_id,
        "remote_id": item.remote_id,
        "parent_remote_id": item.parent_id,
        "author_id": author_id,
        "side": item.side,
        "url": item.url[:ADDRESS],
        "at": instant(item.at),
        "edited_at": instant(item.edited_at) if item.edited_at else None,
        "deleted_at": now if item.deleted else None,
        "handle": dict(item.handle),
        "first_seen_at": now,
        "likes": item.likes,
        **_read(channel, item, words, is_blocked),
    }


def _read(channel: Channel, item: Item, words: Sequence[str], is_blocked: bool = False) -> dict[str, Any]:
    """Its words, and what we make of them."""
    text, theirs = _clean(item.text, LONGEST), item.side == "in"
    return {
        "text": text,
        "language": language.tell(text, item.language),
        "is_question": theirs and questions.asks(text),
        "is_spam": theirs and (is_blocked or spam.likely(text, words)),
        "words": searching.words(text, item.author.name, item.author.handle, region_id=channel.region_id),
        "attachments": [asdict(each) for each in item.attachments[:ATTACHMENTS]],
    }


def edited(channel: Channel, message_id: uuid.UUID, item: Item, words: Sequence[str]) -> dict[str, Any]:
    """What an edit changes."""
    assert item.edited_at
    return {
        "key": message_id,
        "edited_at": instant(item.edited_at),
        "handle": dict(item.handle),
        **_read(channel, item, words),
    }
