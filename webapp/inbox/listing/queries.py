"""Finding conversations: one order for every list, cheap at any number of them, always within what a person sees."""

import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from webapp import times
from webapp.channels.models import Channel
from webapp.db import Instant, session
from webapp.inbox.models import Author, Conversation, ConversationLabel
from webapp.people.models import Person, Region
from webapp.people.permissions import Actor, Permission, scope, scope_by_name, scope_values

from .filters import SEGMENTS, SPAM, Filters

MOST = 1000
"""Counted so far and no further."""

C = Conversation


@cache
def _segment(name: str) -> tuple[sa.ColumnElement[bool], ...]:
    """What a segment holds; `me` and `now` are filled in. What is merged into another conversation is in none."""
    now = sa.bindparam("now", type_=Instant())
    if name == "done":
        return (C.state == "done", C.is_spam.is_(False))
    is_open = C.state == sa.literal("open", literal_execute=True)  # as it stands in the index of what is open
    if name == SPAM:
        return (is_open, C.is_spam.is_(True))
    there = (is_open, C.is_spam.is_(False))
    if name == "snoozed":
        return (*there, C.snoozed_until > now)
    awake = (*there, sa.or_(C.snoozed_until.is_(None), C.snoozed_until <= now))
    whose: dict[str, tuple[sa.ColumnElement[bool], ...]] = {
        "mine": (C.assignee_id == sa.bindparam("me", type_=sa.Uuid()),),
        "unassigned": (C.assignee_id.is_(None),),
        "all": (),
    }
    return (*whose[name], *awake)


def _values(actor: Actor) -> dict[str, Any]:
    return {**scope_values(actor), "me": actor.id, "now": times.now()}


def counts(actor: Actor) -> dict[str, int]:
    """How many are in each segment but Done, and what is likely spam: up to MOST of each. One query."""
    return dict(session.execute(_counts(_everywhere(actor)), _values(actor)).mappings().one())


def _everywhere(actor: Actor) -> bool:
    return actor.everywhere(Permission.VIEW)


@cache
def _counts(everywhere: bool) -> sa.Select[*tuple[Any, ...]]:
    names = [name for name in (*SEGMENTS, SPAM) if name != "done"]
    return sa.select(*(_up_to(everywhere, *_segment(name)).label(name) for name in names))


def _up_to(everywhere: bool, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    found = sa.select(sa.literal(1)).where(*scope_by_name(C, everywhere=everywhere), *conditions).limit(MOST)
    return sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery()


def counting(actor: Actor) -> tuple[sa.ScalarSelect[int], dict[str, Any]]:
    """How many wait for an answer of this person (theirs, awake, something unanswered), as a part of a statement."""
    return _waiting(_everywhere(actor)), _values(actor)


@cache
def _waiting(everywhere: bool) -> sa.ScalarSelect[int]:
    return _up_to(everywhere, *_segment("mine"), C.unanswered > 0)


def late(actor: Actor) -> int:
    """How many are past their deadline where this person sees them."""
    return session.scalar(_late_count(_everywhere(actor)), _values(actor)) or 0


def soonest(actor: Actor, limit: int) -> list[Conversation]:
    """What waits for an answer of this person, the soonest first."""
    query = rows(sa.select(C)).where(*scope(C, actor), *_segment("mine"), C.unanswered > 0)
    return list(session.scalars(query.order_by(C.sort_at, C.id).limit(limit), {"me": actor.id, "now": times.now()}))


@cache
def _late_count(everywhere: bool) -> sa.Select[int]:
    return sa.select(_up_to(everywhere, *_segment("all"), _is_late()))


def _is_late() -> sa.ColumnElement[bool]:
    """Past its deadline: only what waits has a place in the past."""
    return C.sort_at < sa.bindparam("now", type_=Instant())


def listed(actor: Actor, wanted: Filters) -> sa.Select[Any]:
    """The conversations of a segment, narrowed, with only what a row shows. The order is the caller's paging."""
    return narrowed(actor, wanted).where(*_segment(wanted.show)).params(me=actor.id, now=times.now())


def narrowed(actor: Actor, wanted: Filters) -> sa.Select[Any]:
    """The same over all segments."""
    return rows(sa.select(C)).where(*scope(C, actor), *_narrowed(wanted)).params(now=times.now())


def _narrowed(wanted: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.region:
        found.append(C.region_id == wanted.region)
    if wanted.channel:
        found.append(C.channel_id == wanted.channel)
    if wanted.network:
        found.append(C.channel_id.in_(sa.select(Channel.id).where(Channel.network == wanted.network)))
    if wanted.language:
        found.append(C.language == wanted.language)
    if wanted.label:
        mark = (ConversationLabel.conversation_id == C.id, ConversationLabel.label_id == wanted.label)
        found.append(sa.exists().where(*mark))
    if wanted.question:
        found.append(C.is_question.is_(True))
    if wanted.late:
        found.append(_is_late())
    return found


def rows(query: sa.Select[Any]) -> sa.Select[Any]:
    """With what a row shows, and nothing else."""
    channel = joinedload(C.channel)
    return query.options(
        channel.load_only(Channel.network, Channel.handle, Channel.name, Channel.region_id),
        channel.joinedload(Channel.region).load_only(Region.name, Region.zone),
        joinedload(C.author).load_only(Author.handle, Author.name, Author.network, Author.erased_at),
        joinedload(C.assignee).load_only(Person.name),
    )


def by_ids(actor: Actor, ids: list[uuid.UUID]) -> list[Conversation]:
    """Those of some conversations that this person sees and that are not merged away."""
    where = (*scope(C, actor), C.id.in_(ids), C.state != "merged")
    return list(session.scalars(rows(sa.select(C)).where(*where).order_by(C.sort_at, C.id)))
