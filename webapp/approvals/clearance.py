"""Has a revision every yes it needs? Counted again from the decisions and from who may decide now, each time.

The sender asks at the moment of sending; nothing that is stored for lists answers this.

Locks, always in this order: the post (whoever changes a submission or a decision holds its post), then its deliveries
(taken by the functions in the lists below). Sending claims deliveries and then reads decisions. So a yes that is being
taken back and a claim meet at the rows of the deliveries, and whichever comes first wins.
"""

import uuid
from collections.abc import Callable, Iterable
from functools import cache

import sqlalchemy as sa

from webapp import db, times
from webapp import events as trail
from webapp.db import session
from webapp.posts import lifecycle
from webapp.posts.models import Post

from . import asking, tally
from .models import Submission
from .tally import Tally

Hook = Callable[[Submission, trail.Actor | None], None]

ON_CLEARED: list[Hook] = []
"""Told when the last yes came; brings the post's state along. May raise Conflict: then nothing of it happened."""
ON_UNCLEARED: list[Hook] = []
"""Told when a cleared submission loses its yes or its place. Raises Conflict once sending has started."""
ON_EXPIRED: list[Hook] = []
"""Told when a slot passed without its yes."""


def hold(post: Post) -> None:
    """Take the row of a post for this transaction; what is read of its submissions after this is how it stays.

    On SQLite a transaction that writes is alone already.
    """
    if not db.is_sqlite() and post.id not in db.taken():
        session.execute(_hold(), {"post": post.id})
        db.take(post.id)


@cache
def _hold() -> sa.Select[uuid.UUID]:
    return sa.select(Post.id).where(Post.id == sa.bindparam("post")).with_for_update()


def is_cleared(post_id: uuid.UUID, revision_id: uuid.UUID) -> bool:
    """Whether exactly this revision is the one sent for approval last and has every yes it needs, now."""
    return cleared([(post_id, revision_id)])[post_id, revision_id]


def cleared(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> dict[tuple[uuid.UUID, uuid.UUID], bool]:
    """`is_cleared` for many (post id, revision id), in three queries."""
    wanted = set(pairs)
    query = sa.select(Submission).where(
        Submission.ended_at.is_(None), Submission.revision_id.in_({pair[1] for pair in wanted})
    )
    rows = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    tallies = tally.of_all(rows)
    ready = {(row.post_id, row.revision_id) for row in rows if tallies[row.id].position is None and not row.held}
    return {pair: pair in ready for pair in wanted}


def settle(submission: Submission, by: trail.Actor | None, counted: Tally) -> bool:
    """Bring a locked, open submission in line with its decisions; answers whether it is cleared. Raises Conflict."""
    stage = counted.position
    if stage is None and submission.cleared_at is None and not _late(submission) and not submission.held:
        submission.cleared_at, submission.stage = times.now(), len(counted.standings)
        _record("submission.cleared", submission, by)
        asking.nobody(submission)
        for tell in ON_CLEARED or [_project]:
            tell(submission, by)
        return True
    if stage is not None and submission.cleared_at is not None:
        unclear(submission, by)
        submission.stage, submission.waiting_since = stage, times.now()
        _record("submission.uncleared", submission, by)
    elif stage is not None and stage != submission.stage:
        if stage > submission.stage:
            _record("submission.stage_passed", submission, by)
        if not counted.together(stage, submission.stage):
            submission.waiting_since = times.now()
        submission.stage = stage
    if submission.cleared_at is None:
        asking.project(counted)
    lifecycle.project(submission.post)
    return submission.cleared_at is not None


def _late(submission: Submission) -> bool:
    """Whether the slot has come: from then on it can only expire."""
    return submission.deadline is not None and submission.deadline <= times.now()


def unclear(submission: Submission, by: trail.Actor | None) -> None:
    """The yes, or the place, of a cleared submission goes. Raises Conflict when sending has started."""
    if submission.cleared_at is not None:
        for tell in ON_UNCLEARED:
            tell(submission, by)
        submission.cleared_at = None


def end(submission: Submission, outcome: str) -> None:
    """Close an open submission."""
    submission.ended_at, submission.outcome = times.now(), outcome
    asking.nobody(submission)
    session.flush()


def _project(submission: Submission, _by: trail.Actor | None) -> None:
    lifecycle.project(submission.post)


def _record(kind: str, submission: Submission, by: trail.Actor | None) -> None:
    number = submission.revision.number
    trail.record(kind, submission, by=by, post=submission.post_id, revision=submission.revision_id, number=number)
