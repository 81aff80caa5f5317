"""Slots that pass without their yes: people are reminded, then they expire, say so, and do not go out late.

Nothing is approved by waiting.
"""

from datetime import timedelta

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.events import Event
from webapp.posts import lifecycle
from webapp.posts.models import Post

from . import clearance
from .models import Submission

BATCH = 200
REMINDED = "submission.reminded"
SOON, SETTLED = timedelta(minutes=30), timedelta(minutes=10)
"""People are reminded half an hour before the slot, if they have known of it for a while."""


def expire_due(limit: int = BATCH) -> int:
    """Expire what waits although its slot has come; answers how many. Posts that somebody holds come next time."""
    now = times.now()
    late = (Submission.ended_at.is_(None), Submission.cleared_at.is_(None), Submission.deadline <= now)
    query = sa.select(Post).join(Submission, Submission.post_id == Post.id).where(*late).order_by(Submission.deadline)
    if not db.is_sqlite():
        query = query.with_for_update(of=Post, skip_locked=True)
    posts = session.scalars(query.limit(limit).execution_options(populate_existing=True)).unique().all()
    rows = sa.select(Submission).where(Submission.post_id.in_([post.id for post in posts]), *late)
    found = session.scalars(rows.execution_options(populate_existing=True)).unique().all()
    for submission in found:
        _expire(submission)
    return len(found)


def remind_due(limit: int = BATCH) -> int:
    """Remind once of each slot that is near and has no yes; answers how many.

    The trail itself remembers what was reminded of. Whoever holds a post's row is at it: that one comes next time.
    """
    now = times.now()
    reminded = sa.exists().where(
        Event.subject_type == Submission.__tablename__, Event.subject_id == Submission.id, Event.kind == REMINDED
    )
    near = (
        Submission.ended_at.is_(None),
        Submission.cleared_at.is_(None),
        Submission.deadline > now,
        Submission.deadline <= now + SOON,
        Submission.at <= now - SETTLED,
        sa.or_(Submission.held_until.is_(None), Submission.held_until <= now),
        ~reminded,
    )
    query = sa.select(Post.id).join(Submission, Submission.post_id == Post.id).where(*near)
    if not db.is_sqlite():
        query = query.with_for_update(of=Post, skip_locked=True)
    posts = session.scalars(query.order_by(Submission.deadline).limit(limit)).all()
    found = session.scalars(sa.select(Submission).where(Submission.post_id.in_(posts), *near)).unique().all()
    for each in found:
        number = each.revision.number
        events.record(REMINDED, each, by=None, post=each.post_id, revision=each.revision_id, number=number)
    return len(found)


def _expire(submission: Submission) -> None:
    clearance.end(submission, "expired")
    events.record(
        "submission.expired",
        submission,
        by=None,
        post=submission.post_id,
        revision=submission.revision_id,
        number=submission.revision.number,
    )
    for tell in clearance.ON_EXPIRED:
        tell(submission, None)
    lifecycle.project(submission.post)
