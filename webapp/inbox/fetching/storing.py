"""Storing a batch: each message once by (channel, remote id), whatever comes again, late or in another order.

Whole batches in a handful of statements; no row is loaded alone. The caller commits.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp import bulk, db, times
from webapp.channels.models import Channel
from webapp.db import among, session
from webapp.inbox.models import Conversation, Message
from webapp.inbox.rules import acting
from webapp.networks.base import Item
from webapp.publishing.models import Delivery

from . import counting, gathering, merging, rows, telling
from .merging import ON_MERGED

__all__ = ["ON_MERGED", "Stored", "store"]
M, C = Message, Conversation
Keyed = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """How many messages were new, and how many were otherwise than before."""

    new: int = 0
    changed: int = 0


def store(channel: Channel, items: Iterable[Item], by: str = "poll") -> Stored:
    """Keep what a look brought; idempotent. `by`: "poll" or "hint", for the trail."""
    batch = gathering.once(items)
    if not batch:
        return Stored()
    delivered = _delivered(channel, batch)
    going = {key for key, row in delivered.items() if _under_way(row)}
    posts = gathering.posts_of(batch, delivered) | gathering.next_parts(batch, going)
    batch = {key: item for key, item in batch.items() if key not in posts}
    stored = _stored(channel, batch)
    known = {key: row.root_remote_id for key, row in stored.items()}
    wanted = {key: item for key, item in batch.items() if key in stored or not gathering.stub(item)}
    keys = {key: gathering.key_of(key, wanted, known, posts) for key in wanted}
    threads = _threads(channel, {*keys.values(), *keys})
    _joined(threads, keys)
    threads |= _begun(channel, wanted, keys, threads, delivered)
    moved = _moved(stored, keys, threads)
    changed = _changed(channel, wanted, stored)
    _liked(wanted, stored)
    new = _inserted(channel, wanted, keys, threads, stored)
    touched = {threads[keys[key]].id for key in (*new, *changed, *moved)}
    counting.recount(touched)
    telling.tell(channel, wanted, {key: threads[keys[key]] for key in new}, by)
    acting.on_new(channel, new)
    return Stored(len(new), len(changed))


def _delivered(channel: Channel, batch: Mapping[str, Item]) -> dict[str, Any]:
    """Which of the ids that a batch speaks of are posts of ours, or further parts of one: id there -> delivery."""
    ids = {each for item in batch.values() for each in (item.remote_id, item.parent_id, item.root_id) if each}
    columns = (Delivery.remote_id, Delivery.id, Delivery.post_id, Delivery.state, Delivery.part, Delivery.out)
    query = sa.select(*columns).where(Delivery.channel_id == channel.id)
    found = session.execute(query.where(among(Delivery.remote_id, list(ids))).order_by(Delivery.published_at)).all()
    return {key: row for row in found for key in (row.remote_id, *(part["id"] for part in row.out if part["id"]))}


def _under_way(row: Any) -> bool:
    """Whether a thread of ours may be longer there than we know."""
    known = row.state in ("published", "replaced") and all(part["id"] for part in row.out)
    return row.part > 0 and not known


def _stored(channel: Channel, batch: Mapping[str, Item]) -> dict[str, Any]:
    """What is here already of the messages of a batch and of those they answer."""
    ids = {each for item in batch.values() for each in (item.remote_id, item.parent_id) if each}
    columns = (M.id, M.remote_id, M.conversation_id, M.edited_at, M.deleted_at, M.side, M.likes, C.root_remote_id)
    query = sa.select(*columns).join(C, C.id == M.conversation_id).where(M.channel_id == channel.id)
    return {row.remote_id: row for row in session.execute(query.where(among(M.remote_id, list(ids))))}


def _threads(channel: Channel, keys: Collection[str]) -> dict[str, Any]:
    """The conversations of some keys, held for this transaction so that two workers count one after the other."""
    columns = (C.id, C.root_remote_id, C.state, C.snoozed_until, C.done_at, C.kind, C.post_id, C.assignee_id)
    query = sa.select(*columns).where(C.channel_id == channel.id, among(C.root_remote_id, list(keys))).order_by(C.id)
    found = session.execute(query if db.is_sqlite() else query.with_for_update())
    return {row.root_remote_id: row for row in found if row.state != "merged"}


def _joined(threads: dict[str, Any], keys: Mapping[str, str]) -> None:
    """Conversations that began with a message which now says that it answers another: they belong to that one's."""
    for key in sorted(key for key, root in keys.items() if root != key and key in threads):
        gone, into = threads.pop(key), threads.get(keys[key])
        if into is not None:
            merging.merge(gone.id, into.id)
            continue
        session.execute(sa.update(C).where(C.id == gone.id).values(root_remote_id=keys[key]))
        threads[keys[key]] = gone


def _begun(
    channel: Channel,
    batch: Mapping[str, Item],
    keys: Mapping[str, str],
    threads: Mapping[str, Any],
    delivered: Mapping[str, Any],
) -> dict[str, Any]:
    """Conversations that a batch begins; and what it says anew of those that there are."""
    about: dict[str, dict[str, Any]] = {}
    for key, item in sorted(batch.items()):
        if not gathering.stub(item):
            rows.about(about.setdefault(keys[key], {}), item, delivered)
    fresh = [rows.conversation(channel, key, said) for key, said in about.items() if key not in threads]
    more = [(threads[key], said) for key, said in about.items() if key in threads]
    for row, said in more:
        if (said.get("post_id") and row.post_id is None) or (said["kind"] == "comment" != row.kind):
            session.execute(sa.update(C).where(C.id == row.id).values(**said))
    if not fresh:
        return {}
    bulk.insert(C, fresh, ("channel_id", "root_remote_id"))
    return _threads(channel, [row["root_remote_id"] for row in fresh])


def _moved(stored: Keyed, keys: Mapping[str, str], threads: Keyed) -> list[str]:
    """Stored messages whose conversation turned out to be another one."""
    wrong = [key for key in keys if key in stored and stored[key].root_remote_id != keys[key]]
    for key in wrong:
        session.execute(sa.update(M).where(M.id == stored[key].id).values(conversation_id=threads[keys[key]].id))
    return wrong


def _changed(channel: Channel, batch: Mapping[str, Item], stored: Keyed) -> list[str]:
    """Edits and deletions of what is here. An older look changes nothing; what is gone stays gone."""
    edits, gone = [], []
    for key, item in batch.items():
        row = stored.get(key)
        if row is None:
            continue
        if item.edited_at and not gathering.stub(item) and (row.edited_at is None or item.edited_at > row.edited_at):
            edits.append(key)
        if item.deleted and row.deleted_at is None:
            gone.append(key)
    if edits:
        words = rows.blocked_words(channel)
        bulk.update(M, [rows.edited(channel, stored[key].id, batch[key], words) for key in edits])
    if gone:
        ids: Sequence[uuid.UUID] = [stored[key].id for key in gone]
        session.execute(sa.update(M).where(among(M.id, ids)).values(deleted_at=times.now()))
    return list(dict.fromkeys([*edits, *gone]))


def _liked(batch: Mapping[str, Item], stored: Keyed) -> None:
    """How often what is here is liked now. That makes no conversation another one, so none is counted again."""
    known = [(stored[key], item.likes) for key, item in batch.items() if key in stored and item.likes is not None]
    more = [{"key": row.id, "likes": likes} for row, likes in known if likes != row.likes]
    if more:
        bulk.update(M, more)


def _inserted(
    channel: Channel, batch: Mapping[str, Item], keys: Mapping[str, str], threads: Keyed, stored: Keyed
) -> list[str]:
    """The new messages with their authors; answers the ids of those that nobody else stored meanwhile."""
    fresh = [item for key, item in sorted(batch.items()) if key not in stored]
    if not fresh:
        return []
    authors = rows.authors(channel, fresh)
    words = rows.blocked_words(channel)
    made = [rows.message(channel, item, threads[keys[item.remote_id]].id, authors, words) for item in fresh]
    return list(bulk.insert(M, made, ("channel_id", "remote_id"), returning=("remote_id",)).scalars())
