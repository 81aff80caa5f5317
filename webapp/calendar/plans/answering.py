"""Answering: the instant stays, or the wall time does. The first changes no word and no moment of what was approved."""

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Conflict
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts.models import Post
from webapp.posts.queries import first_line

from .. import basis
from ..models import ShiftedPlan
from ..moving import moving

INSTANT, WALL = "instant", "wall"


@dataclass(frozen=True)
class Question:
    """A plan in doubt, as it is shown. `may`: whether this person may answer."""

    row: ShiftedPlan
    post: Post
    line: str
    may: bool


def open_for(actor: Actor) -> list[Question]:
    """The plans in doubt that this person sees, the nearest first."""
    query = (
        sa.select(ShiftedPlan, Post)
        .join(Post, Post.id == ShiftedPlan.post_id)
        .where(*scope(ShiftedPlan, actor), ShiftedPlan.answered_at.is_(None), Post.deleted_at.is_(None))
        .order_by(ShiftedPlan.planned_at, ShiftedPlan.id)
        .limit(200)
    )
    found = session.execute(query).unique()
    return [Question(row, post, first_line(post.text), actor.may(Permission.WRITE, post)) for row, post in found]


def count(actor: Actor) -> int:
    """How many there are, at most 100."""
    conditions = (*scope(ShiftedPlan, actor), ShiftedPlan.answered_at.is_(None))
    some = sa.select(ShiftedPlan.id).where(*conditions).limit(100)
    return session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


@cache
def _of() -> sa.Select[ShiftedPlan]:
    return sa.select(ShiftedPlan).where(ShiftedPlan.post_id == sa.bindparam("post"), ShiftedPlan.answered_at.is_(None))


def answer(post: Post, meant: str, by: Actor) -> moving.Moved | None:
    """What was meant. `wall` moves the post by the rule for changes of time. Raises Conflict when it was answered or
    moved already, or when the wall time lies nowhere."""
    db.lock(post)
    row = session.scalars(_of(), {"post": post.id}).first()
    if row is None or row.planned_at != post.planned_at or row.wall != post.wall:
        raise Conflict(_("Somebody answered already, or gave it another time."))
    moved = None
    if meant == WALL:
        if row.would_be_at is None:
            raise Conflict(_("Nod does not know this zone any more. Keep the moment, or choose another time."))
        zone = basis.known(post.zone)
        moved = moving.move(post, times.planned_from(row.would_be_at, zone), by, version=post.version)
    else:
        _keep(post)
    row.answered_at, row.answer = times.now(), meant
    events.record("plan.answered", post, by=by, meant=meant)
    return moved


def _keep(post: Post) -> None:
    """The moment stays; what the clocks there will show then is written anew."""
    assert post.planned_at
    planned = times.planned_from(post.planned_at, basis.known(post.zone))
    post.zone, post.wall = planned.zone, planned.wall.isoformat(timespec="minutes")
    post.version += 1
    post.updated_at = times.now()
