"""Doing it: each post in a part of the transaction of its own, told one by one; and taking all of it back."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import new_id, session
from webapp.errors import Conflict, DomainError, Forbidden, Invalid
from webapp.i18n import N_, _
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts import lifecycle
from webapp.posts.edit_views import LOADED
from webapp.posts.models import Post

from .. import basis
from ..moving import moving
from .models import Shift

T = TypeVar("T")
WHY = {
    "changed": N_("It changed after you looked"),
    "may_not": N_("It cannot be moved now"),
    "near": N_("Its new time is over or too near"),
    "gone": N_("It is not there any more"),
}
"""Why one of several stayed where it is."""
_REASONS: tuple[tuple[type[DomainError], str], ...] = ((Invalid, "near"), (Conflict, "changed"), (Forbidden, "may_not"))


@dataclass(frozen=True)
class Pick:
    """A post as it was shown, and its new instant."""

    post: uuid.UUID
    version: int
    at: datetime


def shift(picks: Sequence[Pick], by: Actor) -> Shift:
    """Move each that can be moved. In one order of posts, so that two people never wait for each other in a circle."""
    row = Shift(id=new_id(), organization_id=by.organization_id, person_id=by.id, at=times.now())
    known = _writable([pick.post for pick in picks], by)
    moved: list[dict[str, Any]] = []
    left: list[dict[str, str]] = []
    for pick in sorted(picks, key=lambda pick: pick.post):
        post = known.get(pick.post)
        done, why = _tried(_move, post, pick, by) if post else (None, "gone")
        if done is not None:
            moved.append(done)
        else:
            left.append({"post": str(pick.post), "why": why})
    row.moved, row.left = moved, left
    session.add(row)
    session.flush()
    events.record("shift.made", row, by=by, moved=len(moved), left=len(left))
    return row


def _writable(ids: Sequence[uuid.UUID], by: Actor) -> dict[uuid.UUID, Post]:
    query = sa.select(Post).where(Post.id.in_(ids), *scope(Post, by, Permission.WRITE), Post.deleted_at.is_(None))
    return {post.id: post for post in session.scalars(query.options(*LOADED)).unique()}


def _move(post: Post, pick: Pick, by: Actor) -> dict[str, Any]:
    planned = times.planned_from(pick.at, basis.known(post.zone if post.planned_at else post.region.zone))
    done = moving.move(post, planned, by, version=pick.version)
    return {
        "post": str(post.id),
        "before": times.iso(done.before) if done.before else "",
        "after": times.iso(planned.at),
        "version": post.version,
        "asked": done.asked,
        "cleared": done.cleared,
    }


def _tried(act: Callable[..., T], *with_: Any) -> tuple[T | None, str]:
    try:
        with db.apart():
            return act(*with_), ""
    except DomainError as error:
        return None, next((why for kind, why in _REASONS if isinstance(error, kind)), "may_not")


def undo(row: Shift, by: Actor) -> tuple[int, int]:
    """Back to where each stood, with the yeses it had, if nobody touched it since and that time is still ahead. Answers
    how many went back and how many could not. Those that went back are not moved again by a second tap."""
    db.lock(row)
    known = _writable([uuid.UUID(each["post"]) for each in row.moved], by)
    kept: list[dict[str, Any]] = []
    back = 0
    for each in row.moved:
        post = known.get(uuid.UUID(each["post"]))
        done, _why = _tried(_back, post, each, by) if post and not each.get("undone") else (None, "")
        kept.append({**each, **(done or {}), "undone": bool(done or each.get("undone"))})
        back += bool(done)
    row.moved = kept
    row.undone_at = row.undone_at or times.now()
    events.record("shift.undone", row, by=by, back=back)
    return back, sum(not each["undone"] for each in kept)


def _back(post: Post, each: dict[str, Any], by: Actor) -> dict[str, Any]:
    if each["before"]:
        planned = times.planned_from(datetime.fromisoformat(each["before"]), basis.known(post.zone))
        done = moving.move(post, planned, by, version=each["version"], back=True)
        return {"waits": done.asked}
    db.lock(post)
    if post.version != each["version"] or post.current_id is not None:
        raise Conflict(_("This post was saved somewhere else in the meantime."))
    post.planned_at, post.wall = None, ""
    post.version += 1
    post.updated_at = times.now()
    session.flush()
    lifecycle.project(post)
    events.record("post.edited", post, by=by, changed=["time"], version=post.version)
    return {"waits": False}
