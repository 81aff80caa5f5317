"""A rule tried on what came before: on how many of the last messages it would have acted, and which they are.

Writes nothing. What stood then is told as well as it can be: whether a message began its conversation, and whether its
author wrote before, are asked of the instants of the messages; who is blocked is asked of today.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp.db import among, session
from webapp.inbox.listing import rows
from webapp.inbox.models import Conversation, Message
from webapp.people.models import Region
from webapp.people.permissions import Actor, scope

from . import conditions
from .acting import looked_at, matter
from .models import InboxRule

LOOKED_AT, SHOWN = 500, 20
M = Message


@dataclass(frozen=True)
class Hit:
    """A message on which it would have acted, in its conversation."""

    row: rows.Row
    text: str
    at: datetime


@dataclass(frozen=True)
class Trial:
    """Of the last `looked_at` messages it would have acted on `matched`; the newest of them are `hits`."""

    looked_at: int
    matched: int
    hits: list[Hit]


def trial(rule: InboxRule, actor: Actor) -> Trial:
    """A rule on the newest messages of its region and below, of those that this person sees."""
    found = session.execute(_newest(rule, actor)).all()
    wrote = _first(M.author_id, {row.author_id for row in found if row.author_id})
    began = _first(M.conversation_id, {row.conversation_id for row in found})
    matched = []
    for row in found:
        before = row.author_id in wrote and wrote[row.author_id] < row.at
        seen = matter(row, wrote=before, began=began[row.conversation_id] >= row.at)
        if conditions.hold(rule.conditions, seen, every=rule.every):
            matched.append(row)
    return Trial(len(found), len(matched), _hits(matched[:SHOWN], actor))


def _newest(rule: InboxRule, actor: Actor) -> Any:
    below = sa.select(Region.id).where(Region.path.startswith(rule.region.path, autoescape=True))
    theirs = (M.side == "in", M.deleted_at.is_(None), M.region_id.in_(below), *scope(M, actor))
    return looked_at().where(*theirs).order_by(M.at.desc(), M.id.desc()).limit(LOOKED_AT)


def _first(column: Any, values: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """The instant of the first message of theirs, for each of these authors or conversations."""
    if not values:
        return {}
    query = sa.select(column, sa.func.min(M.at, type_=M.at.type)).where(among(column, list(values)), M.side == "in")
    return {row[0]: row[1] for row in session.execute(query.group_by(column))}


def _hits(matched: list[Any], actor: Actor) -> list[Hit]:
    ids = {row.conversation_id for row in matched}
    query = sa.select(Conversation).where(among(Conversation.id, list(ids)))
    loaded = list(session.scalars(query).unique()) if ids else []
    named = {row.id: row for row in rows.of(loaded, actor)}
    return [Hit(named[each.conversation_id], each.text, each.at) for each in matched]
