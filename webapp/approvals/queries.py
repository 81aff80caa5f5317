"""Finding what waits, in bounded queries: who is asked is written down (`asking.py`), a row is read from its submission
alone, never by opening the post."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, load_only, undefer, with_expression

from webapp import times
from webapp.db import Instant, session
from webapp.people.permissions import Actor, Permission, scope, scope_by_name, scope_values
from webapp.posts.lifecycle import State
from webapp.posts.models import Post, Reading, Revision

from . import around as around_it
from .life.claims import holder
from .models import NEVER, Ask, Decision, Submission, live

MOST = 200
LOOK_BACK = timedelta(days=7)
FEW = 5
NEARBY = 20
_NOBODY = uuid.UUID(int=0)


_OF_A_CARD = (
    lazyload(Submission.workflow),
    joinedload(Submission.revision).lazyload(Revision.author),
    with_expression(Submission.claimed_by, holder()),
)
"""Without what a card shows nothing of, and with who has it."""
SORT = (Ask.sort_at, Ask.submission_id.label("id"))
"""The order of the queue."""


def _rows() -> sa.Select[Submission]:
    """Submissions with what a row shows, and nothing they are joined to."""
    return sa.select(Submission).options(
        load_only(Submission.post_id, Submission.region_id, Submission.deadline, Submission.summary, raiseload=True),
        undefer(Submission.sort_at),
        with_expression(Submission.claimed_by, holder()),
        lazyload(Submission.post),
        lazyload(Submission.revision),
        lazyload(Submission.workflow),
    )


def mine(actor: Actor, region: uuid.UUID | None = None) -> tuple[sa.ColumnElement[bool], dict[str, Any]]:
    """A condition on `Ask` and its parameters: this person is asked, where they may look, the slot ahead."""
    condition = _mine(actor.everywhere(Permission.VIEW), region is not None)
    return condition, {**scope_values(actor), "person": actor.id, "now": times.now(), "region": region}


@cache
def _mine(everywhere: bool, in_region: bool) -> sa.ColumnElement[bool]:
    return sa.and_(
        Ask.person_id == sa.bindparam("person", type_=sa.Uuid()),
        *scope_by_name(Ask, everywhere=everywhere),
        *([Ask.region_id == sa.bindparam("region", type_=sa.Uuid())] if in_region else []),
        Ask.sort_at > sa.bindparam("now", type_=Instant()),
        live(),
    )


def waiting(actor: Actor, region: uuid.UUID | None = None) -> tuple[sa.Select[Submission], dict[str, Any]]:
    """What waits for this person: a statement that is built once, and its parameters."""
    condition, values = mine(actor, region)
    return _waiting(condition), values


@cache
def _waiting(condition: sa.ColumnElement[bool]) -> sa.Select[Submission]:
    return _rows().join(Ask, Ask.submission_id == Submission.id).where(condition)


@cache
def _head(query: sa.Select[Submission], size: int) -> sa.Select[Submission]:
    return query.order_by(*SORT).limit(size)


@cache
def _count(condition: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(sa.select(Ask.id).where(condition).limit(1000).subquery())


@cache
def _counted(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return _count(condition).scalar_subquery()


def counting(actor: Actor) -> tuple[sa.ScalarSelect[int], dict[str, Any]]:
    """`count` as a part of another statement, and its parameters."""
    condition, values = mine(actor)
    return _counted(condition), values


@cache
def _following(condition: sa.ColumnElement[bool], whole: bool, later: bool) -> sa.Select[*tuple[Any, ...]]:
    """The first by deadline, but not `mark_id`, or only what is later than it, and how many wait in all.

    `whole`: with all it is joined to, and what is around it.
    """
    mark_at, mark_id = sa.bindparam("mark_at", type_=Instant()), sa.bindparam("mark_id", type_=sa.Uuid())
    beyond = sa.tuple_(Ask.sort_at, Ask.submission_id) > sa.tuple_(mark_at, mark_id)
    found = sa.select(Ask.submission_id).where(condition, beyond if later else Ask.submission_id != mark_id)
    first = found.order_by(Ask.sort_at, Ask.submission_id).limit(1).scalar_subquery()
    query: sa.Select[*tuple[Any, ...]] = sa.select(Submission).options(*_OF_A_CARD) if whole else _rows()
    query = query.add_columns(_count(condition).scalar_subquery(), *(around_it.columns() if whole else ()))
    return query.where(Submission.id == first).execution_options(populate_existing=whole)


def count(actor: Actor, region: uuid.UUID | None = None) -> int:
    """How many posts wait for this person: one query."""
    condition, values = mine(actor, region)
    return session.scalar(_count(condition), values) or 0


def following(
    actor: Actor, region: uuid.UUID | None, after: Submission | None, *, whole: bool = False
) -> Submission | None:
    """The next to decide on, by deadline: the first after `after`, else from the start; never `after` itself."""
    return next_of(actor, region, after, whole=whole)[0]


def next_of(
    actor: Actor, region: uuid.UUID | None, after: Submission | None, *, whole: bool = True
) -> tuple[Submission | None, int]:
    """`following`, and how many posts wait for this person; `whole`: with its post and revision, to be shown."""
    condition, values = mine(actor, region)
    mark = {"mark_at": (after.deadline if after else None) or NEVER, "mark_id": after.id if after else _NOBODY}
    for later in (True, False) if after is not None else (False,):
        for found, count, *there in session.execute(_following(condition, whole, later), {**values, **mark}).unique():
            if whole:
                around_it.note(found, there)
            return found, count
    return None, 0


def preceding(actor: Actor, region: uuid.UUID | None, before: Submission) -> Submission | None:
    """The one before, by deadline."""
    mark = sa.tuple_(sa.literal(before.deadline or NEVER, Instant()), sa.literal(before.id))
    query, values = waiting(actor, region)
    earlier = query.where(sa.tuple_(Ask.sort_at, Ask.submission_id) < mark)
    last = earlier.order_by(Ask.sort_at.desc(), Ask.submission_id.desc()).limit(1)
    return session.scalars(last, values).first()


def around(
    actor: Actor, region: uuid.UUID | None, here: Submission
) -> tuple[list[Submission], Submission | None, Submission | None]:
    """The head of the queue, the one before `here` and the one after it: one query while `here` is in that head."""
    query, values = waiting(actor, region)
    head = list(session.scalars(_head(query, NEARBY), values))
    place = next((n for n, each in enumerate(head) if each.id == here.id), None)
    if place is None:
        return head, preceding(actor, region, here), following(actor, region, here)
    before, after = head[place - 1] if place else None, head[(place + 1) % len(head)]
    if place + 1 == NEARBY:
        return head, before, following(actor, region, here)
    return head, before, after if after.id != here.id else None


def is_asked(actor: Actor, submission: Submission) -> bool:
    """Whether this person's yes is waited for, as the queue says."""
    mine = sa.select(Ask.id).where(Ask.submission_id == submission.id, Ask.person_id == actor.id, live())
    return session.scalar(mine) is not None


def _latest(scoped: Sequence[sa.ColumnElement[bool]], states: tuple[State, ...]) -> sa.Select[Submission]:
    """The last submissions of posts in some states."""
    return _rows().where(
        *scoped,
        Post.state.in_([state.value for state in states]),
        Post.deleted_at.is_(None),
        Submission.revision_id == Post.current_id,
        Submission.ended_at.is_not(None),
    )


def missed(actor: Actor) -> list[Submission]:
    """What was not approved in time, lately, where this person approves."""
    if not actor.may(Permission.APPROVE):
        return []
    query = _missed(actor.everywhere(Permission.APPROVE))
    values = {**scope_values(actor, Permission.APPROVE), "since": times.now() - LOOK_BACK}
    return list(session.scalars(query, values))


@cache
def _missed(everywhere: bool) -> sa.Select[Submission]:
    query = _latest(scope_by_name(Post, everywhere=everywhere), (State.EXPIRED,))
    since = Post.slot_at > sa.bindparam("since", type_=Instant())
    return query.where(since).order_by(Post.slot_at.desc(), Submission.id).limit(FEW)


def sent_back(actor: Actor) -> sa.Select[Submission]:
    """What was sent back or rejected and not sent again, where this person looks."""
    states = (State.SENT_BACK, State.REJECTED)
    return _latest(scope(Post, actor), states).options(undefer(Submission.ended_at), undefer(Submission.outcome))


def decided_by(actor: Actor) -> sa.Select[Decision]:
    """This person's decisions in the organization, with what a row shows of each."""
    shown = load_only(Submission.post_id, Submission.deadline, Submission.summary, Submission.outcome)
    bare = (lazyload(Submission.post), lazyload(Submission.revision), lazyload(Submission.workflow))
    return (
        sa.select(Decision)
        .where(Decision.person_id == actor.id, Decision.organization_id == actor.organization_id)
        .options(lazyload(Decision.person), joinedload(Decision.submission, innerjoin=True).options(shown, *bare))
    )


def has_decided(actor: Actor) -> bool:
    """Whether this person ever decided anything here."""
    mine = sa.select(Decision.id).where(
        Decision.person_id == actor.id, Decision.organization_id == actor.organization_id
    )
    return bool(session.scalar(sa.select(mine.exists())))


def last_read_before(person_id: uuid.UUID, revision: Revision) -> Revision | None:
    """The newest earlier revision of the post that this person has read."""
    if revision.number == 1:
        return None
    wanted = {"person": person_id, "post": revision.post_id, "number": revision.number}
    return session.scalars(_last_read_before(), wanted).first()


@cache
def _last_read_before() -> sa.Select[Revision]:
    return (
        sa.select(Revision)
        .join(Reading, Reading.revision_id == Revision.id)
        .where(
            Reading.person_id == sa.bindparam("person"),
            Reading.post_id == sa.bindparam("post"),
            Revision.number < sa.bindparam("number"),
        )
        .order_by(Revision.number.desc())
        .limit(1)
    )


def regions(actor: Actor) -> list[tuple[str, uuid.UUID]]:
    """Names and ids of the regions this person approves in, where there are several."""
    held = actor.regions(Permission.APPROVE)
    return sorted((actor.names[each], each) for each in held)[:MOST] if len(held) > 1 else []
