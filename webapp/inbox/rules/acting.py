"""Rules at work: right after a batch is stored, in the same transaction, so that nobody sees what no rule looked at.

Whatever the size of a batch, its rules are read once, then what is new in it, then what of it some rule wants. A
message is looked at once, when it comes; what was written more than a day before a rule was switched on is left alone,
so that a channel which has just been connected does not set off years of work.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import among, session
from webapp.inbox.models import Author, Conversation, Message
from webapp.people.models import Region

from . import actions, conditions
from .conditions import Matter
from .models import InboxRule

M, C = Message, Conversation
GRACE = timedelta(days=1)


def on_new(channel: Channel, remote_ids: Collection[str]) -> None:
    """Do what the rules say about messages that were not here before. The caller commits."""
    rules = nearest(channel.region) if remote_ids else []
    if not rules:
        return
    rows = session.execute(_new(channel.id, remote_ids)).all()
    matters = _matters(rows) if rows else []
    written = {row.id: row.at for row in rows}
    wanted = [(rule, _wanted(rule, matters, written)) for rule in rules]
    ids = {each for _rule, found in wanted for each in found}
    if not ids:
        return
    session.flush()
    query = sa.select(C).where(among(C.id, list(ids))).execution_options(populate_existing=True)
    loaded = {each.id: each for each in session.scalars(query).unique()}
    here = actions.Here(channel.region)
    for rule, found in wanted:
        if found:
            actions.do(rule, [loaded[each] for each in found], here)


def nearest(region: Region) -> list[InboxRule]:
    """The rules that are on in a region: its own in their order, then those of the region above, up to headquarters."""
    above = [uuid.UUID(part) for part in region.path.strip("/").split("/")]
    found = session.scalars(_on(), {"regions": above}).unique().all()
    return sorted(found, key=lambda rule: (-len(rule.region.path), rule.place, rule.id))


@cache
def _on() -> sa.Select[InboxRule]:
    regions: sa.BindParameter[uuid.UUID] = sa.bindparam("regions", expanding=True)
    on = (InboxRule.removed_at.is_(None), InboxRule.on_at.is_not(None))
    return sa.select(InboxRule).where(InboxRule.region_id.in_(regions), *on)


def _new(channel_id: uuid.UUID, remote_ids: Collection[str]) -> Any:
    """What they wrote in a batch, in the order of time."""
    theirs = (M.channel_id == channel_id, M.side == "in", M.deleted_at.is_(None), among(M.remote_id, list(remote_ids)))
    return looked_at().where(*theirs).order_by(M.at, M.remote_id)


def looked_at() -> Any:
    """Messages with everything that conditions look at."""
    read = (M.id, M.conversation_id, M.channel_id, M.author_id, M.text, M.language, M.is_question, M.is_spam, M.at)
    query = sa.select(*read, C.kind, Author.blocked_at).join(C, C.id == M.conversation_id)
    return query.outerjoin(Author, Author.id == M.author_id)


def matter(row: Any, *, wrote: bool, began: bool) -> Matter:
    """A row of `looked_at` as conditions look at it."""
    read = (row.id, row.conversation_id, row.channel_id, row.kind, row.text, row.language)
    return Matter(*read, row.is_question, row.is_spam, row.blocked_at is not None, wrote, began)


def _matters(rows: Sequence[Any]) -> list[Matter]:
    """Two questions: who wrote before this batch, and in which conversations they had."""
    new = [row.id for row in rows]
    known = _before(M.author_id, {row.author_id for row in rows if row.author_id}, new)
    begun = _before(M.conversation_id, {row.conversation_id for row in rows}, new)
    found = []
    for row in rows:
        found.append(matter(row, wrote=row.author_id in known, began=row.conversation_id not in begun))
        known.add(row.author_id)
        begun.add(row.conversation_id)
    return found


def _before(column: Any, values: Collection[uuid.UUID], new: Sequence[uuid.UUID]) -> set[Any]:
    """Those that have a message of theirs beside the new ones: the search for each ends at the first."""
    if not values:
        return set()
    keys = sa.select(column.label("key")).where(among(M.id, new)).distinct().subquery()
    other = sa.select(M.id).where(column == keys.c.key, M.side == "in", ~among(M.id, new)).exists()
    return set(session.scalars(sa.select(keys.c.key).where(other)))


def _wanted(rule: InboxRule, matters: Sequence[Matter], written: Mapping[uuid.UUID, Any]) -> list[uuid.UUID]:
    """The conversations that a rule acts on, each once."""
    assert rule.on_at
    since = rule.on_at - GRACE
    found = [
        each.conversation_id
        for each in matters
        if written[each.id] >= since and conditions.hold(rule.conditions, each, every=rule.every)
    ]
    return list(dict.fromkeys(found))
