"""Finding them: every plan that is ahead is placed anew from its wall time, and compared with its instant."""

import uuid
from datetime import datetime

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.posts.lifecycle import State
from webapp.posts.models import Post

from ..models import ShiftedPlan

CHUNK = 1_000
_OVER = tuple(str(state) for state in (State.PUBLISHED, State.PARTLY, State.REJECTED, State.EXPIRED, State.FAILED))


def look() -> int:
    """Ask about each plan that is in doubt and was not asked about yet; answers about how many."""
    after, asked = None, 0
    while True:
        rows = _ahead(after)
        for row in rows:
            asked += _compare(row)
        if len(rows) < CHUNK:
            break
        after = rows[-1].id
    _settle_moved()
    return asked


def _ahead(after: uuid.UUID | None) -> list[sa.Row[*tuple[object, ...]]]:
    query = sa.select(Post.id, Post.planned_at, Post.zone, Post.wall).where(
        Post.planned_at > times.now(),
        Post.wall != "",
        Post.deleted_at.is_(None),
        Post.as_soon.is_(False),
        Post.state.not_in(_OVER),
    )
    if after is not None:
        query = query.where(Post.id > after)
    return list(session.execute(query.order_by(Post.id).limit(CHUNK)))


def doubt(planned_at: datetime, zone: str, wall: str) -> tuple[bool, datetime | None]:
    """Whether wall time and instant have parted, and where the wall time lies now (None: nowhere, or nobody knows)."""
    try:
        there = times.plan(times.parse_wall(wall), zone)
    except times.TimeError as error:
        if error.kind == "doubled":
            return planned_at not in error.choices, error.choices[0]
        return True, error.choices[-1] if error.choices else None
    return there.at != planned_at, there.at


def _compare(row: sa.Row[*tuple[object, ...]]) -> int:
    parted, would_be = doubt(row.planned_at, row.zone, row.wall)
    if not parted:
        return 0
    known = session.scalars(sa.select(ShiftedPlan).where(ShiftedPlan.post_id == row.id)).first()
    if known is not None and known.answered_at is None:
        return 0
    post = session.get_one(Post, row.id)
    found = known or ShiftedPlan(id=new_id(), organization_id=post.organization_id, post_id=post.id)
    found.region_id, found.zone, found.wall = post.region_id, post.zone, post.wall
    assert post.planned_at
    found.planned_at, found.would_be_at = post.planned_at, would_be
    found.found_at, found.answered_at, found.answer = times.now(), None, ""
    session.add(found)
    session.flush()
    events.record("plan.questioned", post, by=None, zone=post.zone, wall=post.wall, at=times.iso(post.planned_at))
    return 1


def _settle_moved() -> None:
    """Who was given another time since is in doubt no more."""
    same = sa.and_(Post.planned_at == ShiftedPlan.planned_at, Post.wall == ShiftedPlan.wall, Post.deleted_at.is_(None))
    still = sa.exists().where(Post.id == ShiftedPlan.post_id, same, Post.planned_at > times.now())
    session.execute(
        sa.update(ShiftedPlan)
        .where(ShiftedPlan.answered_at.is_(None), ~still)
        .values(answered_at=times.now(), answer="moved")
        .execution_options(synchronize_session=False)
    )
