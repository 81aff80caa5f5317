"""The rows that a batch becomes: what a network said, cut to size, and what we read in it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from webapp import db, times
from webapp.channels.models import Channel
from webapp.db import Base, new_id, session
from webapp.inbox import deadlines, searching
from webapp.inbox.keeping import BlockedWords
from webapp.inbox.models import Author, Message
from webapp.inbox.reading import language, questions, spam
from webapp.networks.base import Item, Who

LONGEST, NAME, ADDRESS, ATTACHMENTS = 20_000, 200, 2_000, 20
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def ignoring(model: type[Base], *unique: str) -> Any:
    """INSERT of many rows that leaves out those whose unique key is taken."""
    dialect = sqlite if db.is_sqlite() else postgresql
    return dialect.insert(model.__table__).on_conflict_do_nothing(index_elements=list(unique))


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
    table = Author.__table__
    returned = (table.c.remote_id, table.c.id, table.c.blocked_at)
    found = session.execute(_described().returning(*returned), rows)
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


@cache
def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(Author.__table__)
    new, old = insert.excluded, Author.__table__.c
    later = sa.and_(new.last_seen_at >= old.last_seen_at, old.erased_at.is_(None))
    said = {name: sa.case((later, new[name]), else_=old[name]) for name in ("handle", "name", "avatar_url", "url")}
    said["last_seen_at"] = sa.case((new.last_seen_at > old.last_seen_at, new.last_seen_at), else_=old.last_seen_at)
    said["first_seen_at"] = sa.case((new.first_seen_at < old.first_seen_at, new.first_seen_at), else_=old.first_seen_at)
    key = ["organization_id", "network", "server", "remote_id"]
    return insert.on_conflict_do_update(index_elements=key, set_=said)


def _described() -> Any:
    return _upsert(sqlite if db.is_sqlite() else postgresql)


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


_EDITED = ("text", "language", "is_question", "is_spam", "words", "attachments", "edited_at", "handle")


def edited(channel: Channel, message_id: uuid.UUID, item: Item, words: Sequence[str]) -> dict[str, Any]:
    """What an edit changes."""
    assert item.edited_at
    return {
        "key": message_id,
        "edited_at": instant(item.edited_at),
        "handle": dict(item.handle),
        **_read(channel, item, words),
    }


@cache
def liked() -> sa.Update:
    """How often one message is liked, by its key."""
    table: Any = Message.__table__
    key, likes = sa.bindparam("key", type_=sa.Uuid()), sa.bindparam("likes", type_=sa.Integer())
    return sa.update(table).where(table.c.id == key).values(likes=likes)


@cache
def edit() -> sa.Update:
    """One message by its key."""
    table: Any = Message.__table__
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in _EDITED}
    return sa.update(table).where(table.c.id == sa.bindparam("key", type_=sa.Uuid())).values(**values)
