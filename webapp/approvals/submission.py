"""Sending a post for approval, and taking it back: each freezes, replaces or ends, and records one event."""

import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from webapp import db, events, times
from webapp.db import new_id, session
from webapp.errors import Conflict, Invalid
from webapp.events import Actor
from webapp.i18n import _
from webapp.posts import checks, lifecycle, revisions
from webapp.posts.models import Post, Revision

from . import around, asking, clearance, summary, tally
from .guests import following
from .life import carrying, editors
from .models import Submission, Workflow
from .workflows import choosing, conditions


def open_of(post: Post) -> Submission | None:
    """The open submission of a post (waiting, or cleared)."""
    query = sa.select(Submission).where(Submission.post_id == post.id, Submission.ended_at.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).first()


def last_of(post: Post) -> Submission | None:
    """The newest submission of a post, however it ended, as it is stored now."""
    return session.scalars(_last(), {"post": post.id}).first()


def held_of(post: Post) -> Submission | None:
    """`last_of` a post that this transaction holds, with what is around it and without who wrote it."""
    row = session.execute(_held(), {"post": post.id}).first()
    if row is not None:
        around.note(row[0], row[1:])
    return row[0] if row is not None else None


@cache
def _last() -> sa.Select[Submission]:
    query = sa.select(Submission).where(Submission.post_id == sa.bindparam("post"))
    return query.order_by(Submission.id.desc()).limit(1).execution_options(populate_existing=True)


@cache
def _held() -> sa.Select[*tuple[Any, ...]]:
    post, revision = joinedload(Submission.post), joinedload(Submission.revision)
    query = _last().options(post.lazyload(Post.author), revision.lazyload(Revision.author))
    return query.add_columns(*around.columns())


def submit(post: Post, by: Actor, *, back: bool = False) -> Submission:
    """Freeze the working copy and ask for its yes; what was open before gives way. `back`: a move is taken back.

    Sending the very same again changes nothing. Raises Invalid while a check blocks (also a slot that has passed), and
    Conflict while a part of what goes out is with a network.
    """
    db.lock(post)
    if post.deleted_at is not None:
        raise Conflict(_("It was put away meanwhile. There is nothing to send."))
    before = open_of(post)
    if before is not None and not revisions.differs(post):
        return before
    report = checks.of_working(post, None)
    if report.blocks:
        raise Invalid(report.blocks[0].title, {c.field or c.key: c.title for c in reversed(report.blocks)})
    revision = revisions.freeze(post, by)
    if before is not None:
        _give_way(before, "superseded", by)
    told, changed = summary.of(revision, report).stored(), editors.since_last(post)
    made = _asked(post, revision, choosing.applying(post).workflow, by.id, told, changed)
    events.record("post.submitted", post, by=by, revision=revision.id, number=revision.number, hash=revision.hash)
    if carrying.carry(made) or (back and carrying.give_back(made)):
        clearance.settle(made, by, tally.of(made))
    lifecycle.project(post)
    return made


def _asked(
    post: Post,
    revision: Revision,
    workflow: Workflow,
    person_id: uuid.UUID,
    told: dict[str, Any],
    changed: list[str],
) -> Submission:
    """A revision that waits under a workflow, along the path that is frozen with it."""
    made = Submission(
        id=new_id(),
        organization_id=post.organization_id,
        region_id=post.region_id,
        post=post,
        revision=revision,
        workflow=workflow,
        path=choosing.path(workflow, conditions.Matter(post, revision.content)),
        person_id=person_id,
        deadline=revision.planned_at,
        at=times.now(),
        summary=told,
        editors=changed,
    )
    session.add(made)
    session.flush()
    following.follow(made)
    asking.project(tally.of(made))
    return made


def again(before: Submission, workflow: Workflow, by: Actor) -> Submission:
    """Ask for the same revision anew under another workflow, with no yes. Raises Conflict while a network may be
    taking it."""
    _give_way(before, "superseded", by)
    made = _asked(before.post, before.revision, workflow, before.person_id, before.summary, before.editors)
    number, asked = made.revision.number, [step["stage"] for step in made.path]
    events.record("submission.rerouted", made, by=by, post=made.post_id, number=number, stages=asked)
    lifecycle.project(made.post)
    return made


def _give_way(submission: Submission, outcome: str, by: Actor) -> None:
    """End an open submission, and what was planned from it. Raises Conflict while a network may be taking it."""
    clearance.end(submission, outcome)
    clearance.unclear(submission, by)
    session.flush()
    if outcome == "superseded":
        number = submission.revision.number
        events.record("submission.superseded", submission, by=by, post=submission.post_id, number=number)


def withdraw(post: Post, by: Actor) -> None:
    """Take a post back from approval, also when it was cleared, until sending starts. Raises Conflict."""
    db.lock(post)
    submission = open_of(post)
    if submission is None:
        raise Conflict(_("It is not waiting for approval any more."))
    _give_way(submission, "withdrawn", by)
    number = submission.revision.number
    events.record("post.withdrawn", post, by=by, revision=submission.revision_id, number=number)
    lifecycle.project(post)
