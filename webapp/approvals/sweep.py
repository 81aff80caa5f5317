"""Slots that pass without their yes: they expire, say so, and do not go out late. Nothing is approved by waiting."""

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.posts import lifecycle
from webapp.posts.models import Post

from . import clearance
from .models import Submission

BATCH = 200


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
