"""Finding what waits, in bounded queries: a row is read from its submission alone, never by opening the post."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, load_only, undefer

from webapp import times
from webapp.db import session
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts.lifecycle import State
from webapp.posts.models import Post, Reading, Revision

from .models import NEVER, Decision, Submission

MOST = 200
LOOK_BACK = timedelta(days=7)
FEW = 5


def _rows() -> sa.Select[Submission]:
    """Submissions with what a row shows, and nothing they are joined to."""
    return (
        sa.select(Submission)
        .join(Post, Post.id == Submission.post_id)
        .options(
            load_only(
                Submission.post_id, Submission.region_id, Submission.deadline, Submission.summary, raiseload=True
            ),
            undefer(Submission.sort_at),
            lazyload(Submission.post),
            lazyload(Submission.revision),
            lazyload(Submission.workflow),
        )
    )


def mine(actor: Actor, region: uuid.UUID | None = None) -> list[sa.ColumnElement[bool]]:
    """Conditions (with Post joined): it waits for this person, its slot ahead, not theirs, not decided by them."""
    decided = sa.exists().where(
        Decision.submission_id == Submission.id, Decision.person_id == actor.id, Decision.undone_at.is_(None)
    )
    here = [Submission.region_id == region] if region else []
    return [
        *scope(Submission, actor, Permission.APPROVE),
        *here,
        Submission.ended_at.is_(None),
        Submission.cleared_at.is_(None),
        sa.or_(Submission.deadline.is_(None), Submission.deadline > times.now()),
        Post.author_id != actor.id,
        Submission.person_id != actor.id,
        Post.deleted_at.is_(None),
        ~decided,
    ]


def waiting(actor: Actor, region: uuid.UUID | None = None) -> sa.Select[Submission]:
    """What waits for this person."""
    return _rows().where(*mine(actor, region))


def _first(query: sa.Select[Submission], whole: bool) -> Submission | None:
    """The first by deadline; `whole` with its post and revision, joined to that one row alone."""
    ordered = query.order_by(Submission.sort_at, Submission.id).limit(1)
    if not whole:
        return session.scalars(ordered).first()
    chosen = sa.select(ordered.with_only_columns(Submission.id).subquery().c.id).scalar_subquery()
    one = sa.select(Submission).where(Submission.id == chosen)
    return session.scalars(one.execution_options(populate_existing=True)).first()


def count(actor: Actor, region: uuid.UUID | None = None) -> int:
    """How many posts wait for this person: one query, none for somebody who approves nowhere."""
    if not actor.may(Permission.APPROVE):
        return 0
    found = sa.select(Submission.id).join(Post, Post.id == Submission.post_id).where(*mine(actor, region))
    return session.scalar(sa.select(sa.func.count()).select_from(found.limit(1000).subquery())) or 0


def following(
    actor: Actor, region: uuid.UUID | None, after: Submission | None, *, whole: bool = False
) -> Submission | None:
    """The next to decide on, by deadline: the first after `after`, else from the start; never `after` itself.

    `whole`: with its post and revision, to be shown.
    """
    if not actor.may(Permission.APPROVE):
        return None
    query = waiting(actor, region)
    if after is None:
        return _first(query, whole)
    mark = sa.tuple_(sa.literal(after.deadline or NEVER, Submission.sort_at.type), sa.literal(after.id))
    later = _first(query.where(sa.tuple_(Submission.sort_at, Submission.id) > mark), whole)
    return later or _first(query.where(Submission.id != after.id), whole)


def preceding(actor: Actor, region: uuid.UUID | None, before: Submission) -> Submission | None:
    """The one before, by deadline."""
    mark = sa.tuple_(sa.literal(before.deadline or NEVER, Submission.sort_at.type), sa.literal(before.id))
    query = waiting(actor, region).where(sa.tuple_(Submission.sort_at, Submission.id) < mark)
    return session.scalars(query.order_by(Submission.sort_at.desc(), Submission.id.desc()).limit(1)).first()


def _latest(actor: Actor, permission: Permission, states: tuple[State, ...]) -> sa.Select[Submission]:
    """The last submissions of posts in some states."""
    return _rows().where(
        *scope(Post, actor, permission),
        Post.state.in_([state.value for state in states]),
        Post.deleted_at.is_(None),
        Submission.revision_id == Post.current_id,
        Submission.ended_at.is_not(None),
    )


def missed(actor: Actor) -> list[Submission]:
    """What was not approved in time, lately, where this person approves."""
    if not actor.may(Permission.APPROVE):
        return []
    since = times.now() - LOOK_BACK
    query = _latest(actor, Permission.APPROVE, (State.EXPIRED,)).where(Post.slot_at > since)
    return list(session.scalars(query.order_by(Post.slot_at.desc(), Submission.id).limit(FEW)))


def sent_back(actor: Actor) -> sa.Select[Submission]:
    """What was sent back or rejected and not sent again, where this person looks."""
    states = (State.SENT_BACK, State.REJECTED)
    return _latest(actor, Permission.VIEW, states).options(undefer(Submission.ended_at), undefer(Submission.outcome))


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
    return session.scalars(
        sa.select(Revision)
        .join(Reading, Reading.revision_id == Revision.id)
        .where(Reading.person_id == person_id, Reading.post_id == revision.post_id, Revision.number < revision.number)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()


def regions(actor: Actor) -> list[Any]:
    """Ids and names of the regions this person approves in."""
    held = actor.regions(Permission.APPROVE)
    if len(held) < 2:
        return []
    query = sa.select(Region.id, Region.name).where(Region.id.in_(held)).order_by(Region.name, Region.id)
    return list(session.execute(query.limit(200)))
