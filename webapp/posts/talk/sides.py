"""Both sides as a screen shows them, each on its own: the card with its newest, the page of the post with all."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from webapp import db
from webapp.db import session
from webapp.people.permissions import Actor, Permission

from .. import comments, revisions
from ..models import Comment, Post
from . import audiences, pins

MOST_PINS = 50
Line = tuple[Comment, Markup, bool]


@dataclass(frozen=True)
class Side:
    """One audience: its comments as (comment, words, mine), oldest first, how many there are, and who reads it.

    `writable`: this person may write here. `open`: it is the one that is looked at.
    """

    audience: str
    lines: tuple[Line, ...]
    count: int
    readers: tuple[str, ...]
    writable: bool
    open: bool

    @property
    def internal(self) -> bool:
        return self.audience == audiences.INTERNAL


def context(
    post: Post,
    actor: Actor,
    content: revisions.Content | None = None,
    entry: revisions.Content | None = None,
    newest: int | None = None,
    form: Any = None,
) -> dict[str, Any]:
    """What the section of comments reads, and the pins for one channel (`entry`) of what is shown.

    `newest`: only so many of each side, and what points at an open place. `form`: the one that was sent.
    """
    found, counts = _some(post, newest) if newest else _all(post)
    entry = entry or _first(content or _current(post))
    named = comments.people_named(found)
    lines = [(each, comments.marked(each, named), each.person_id == actor.id) for each in found]
    offered = audiences.offered(post) if actor.may(Permission.COMMENT, post) else ()
    looked_at = form.audience.data if form is not None else audiences.INTERNAL
    sides = [
        Side(
            audience,
            tuple(line for line in lines if line[0].audience == audience),
            counts.get(audience, 0),
            audiences.readers(post) if audience == audiences.CLIENT else (),
            audience in offered,
            audience == looked_at,
        )
        for audience in audiences.AUDIENCES
        if audience == audiences.INTERNAL or audience in offered or counts.get(audience)
    ]
    drawing = pins.draw(sorted(found, key=lambda each: each.id), entry)
    return {"sides": sides, "comment_form": form, "pins": drawing, "may_solve": actor.may(Permission.WRITE, post)}


def _current(post: Post) -> revisions.Content:
    """What the comments are about: what was sent for approval last, else the working copy."""
    revision = revisions.current(post)
    return revision.content if revision else revisions.working_content(post)


def _first(content: revisions.Content) -> revisions.Content | None:
    return next(iter(content["channels"]), None)


def _all(post: Post) -> tuple[list[Comment], dict[str, int]]:
    """Every comment, the places of deleted ones too; the count leaves those out."""
    found = [each for audience in audiences.AUDIENCES for each in comments.of_post(post, audience=audience)]
    said = [each.audience for each in found if each.deleted_at is None]
    return found, {audience: said.count(audience) for audience in audiences.AUDIENCES}


def _some(post: Post, newest: int) -> tuple[list[Comment], dict[str, int]]:
    """The newest of each side and what still points somewhere, and how many each has, in one query."""
    if (Comment.__tablename__, post.id) in db.absent():
        return [], {}
    rows = session.execute(_newest(), {"post": post.id, "most": newest}).all()
    return [row[0] for row in rows], {row[0].audience: row.total for row in rows}


@cache
def _newest() -> sa.Select[Comment, int]:
    side: dict[str, Any] = {"partition_by": Comment.audience}
    ranked = (
        sa.select(
            Comment.id,
            sa.func.row_number().over(**side, order_by=Comment.id.desc()).label("place"),
            sa.func.count().over(**side).label("total"),
        )
        .where(Comment.post_id == sa.bindparam("post"), Comment.deleted_at.is_(None))
        .subquery()
    )
    points = sa.and_(Comment.place.is_not(None), Comment.solved_at.is_(None), ranked.c.place <= MOST_PINS)
    query = sa.select(Comment, ranked.c.total).join(ranked, ranked.c.id == Comment.id)
    return query.where(sa.or_(ranked.c.place <= sa.bindparam("most"), points)).order_by(Comment.id)
