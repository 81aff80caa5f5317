"""Has a revision every yes it needs? Counted again from the decisions and from who may decide now, each time.

The sender asks at the moment of sending; nothing that is stored for lists answers this.

Locks, always in this order: the post, its submission, its deliveries (taken by the functions in the lists below).
Sending claims deliveries and then reads decisions. So a yes that is being taken back and a claim meet at the rows of
the deliveries, and whichever comes first wins.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from webapp import db, times
from webapp import events as trail
from webapp.db import session
from webapp.posts import lifecycle

from . import entitled, quorum, workflows
from .models import Decision, Submission

APPROVE = "approve"
Hook = Callable[[Submission, trail.Actor | None], None]

ON_CLEARED: list[Hook] = []
"""Told when the last yes came. May raise Conflict: then nothing of it happened."""
ON_UNCLEARED: list[Hook] = []
"""Told when a cleared submission loses its yes or its place. Raises Conflict once sending has started."""
ON_EXPIRED: list[Hook] = []
"""Told when a slot passed without its yes."""

Standings = tuple[quorum.Standing, ...]
_CURRENT = Submission.ended_at.is_(None)


def standings(submissions: Sequence[Submission]) -> dict[uuid.UUID, Standings]:
    """Where each submission stands, stage by stage, in three queries whatever the number."""
    if not submissions:
        return {}
    votes: dict[uuid.UUID, list[quorum.Vote]] = {each.id: [] for each in submissions}
    for vote in session.scalars(_yeses(list(votes))).unique():
        votes[vote.submission_id].append(quorum.Vote(vote.person_id, vote.stage))
    may = entitled.holders(each.region_id for each in submissions)
    return {each.id: _standing(each, votes[each.id], may) for each in submissions}


def _yeses(ids: list[uuid.UUID]) -> sa.Select[Decision]:
    return (
        sa.select(Decision)
        .where(Decision.submission_id.in_(ids), Decision.verdict == APPROVE, Decision.undone_at.is_(None))
        .order_by(Decision.id)
    )


def _standing(
    submission: Submission,
    votes: list[quorum.Vote],
    may: dict[tuple[uuid.UUID, str], quorum.People],
) -> Standings:
    stages = workflows.stages(submission.workflow)
    people = [may.get((submission.region_id, stage.permission), frozenset()) for stage in stages]
    return quorum.standing(stages, votes, people, authors_of(submission))


def authors_of(submission: Submission) -> quorum.People:
    """Whose own work it is: who wrote the post, and who sent it."""
    return frozenset({submission.post.author_id, submission.person_id})


def outstanding(submission: Submission) -> Standings:
    """Where one submission stands."""
    return standings([submission])[submission.id]


def is_cleared(post_id: uuid.UUID, revision_id: uuid.UUID) -> bool:
    """Whether exactly this revision is the one sent for approval last and has every yes it needs, now."""
    return cleared([(post_id, revision_id)])[post_id, revision_id]


def cleared(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> dict[tuple[uuid.UUID, uuid.UUID], bool]:
    """`is_cleared` for many (post id, revision id), in four queries."""
    wanted = set(pairs)
    query = sa.select(Submission).where(_CURRENT, Submission.revision_id.in_({pair[1] for pair in wanted}))
    rows = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    found = standings(rows)
    ready = {(row.post_id, row.revision_id) for row in rows if quorum.current(found[row.id]) is None}
    return {pair: pair in ready for pair in wanted}


def settle(submission: Submission, by: trail.Actor | None) -> bool:
    """Bring a locked, open submission in line with its decisions; answers whether it is cleared. Raises Conflict."""
    session.flush()
    stage = quorum.current(outstanding(submission))
    last = len(submission.workflow.stages)
    if stage is None and submission.cleared_at is None and not _late(submission):
        submission.cleared_at, submission.stage = times.now(), last
        session.flush()
        _record("submission.cleared", submission, by)
        for tell in ON_CLEARED:
            tell(submission, by)
    elif stage is not None and submission.cleared_at is not None:
        unclear(submission, by)
        submission.stage = stage
        _record("submission.uncleared", submission, by)
    elif stage is not None and stage != submission.stage:
        if stage > submission.stage:
            _record("submission.stage_passed", submission, by)
        submission.stage = stage
    session.flush()
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
    session.flush()


def lock(submission: Submission) -> None:
    """Take a post and its submission for this transaction, in that order, and read both anew."""
    db.lock(submission.post)
    db.lock(submission)


def _record(kind: str, submission: Submission, by: trail.Actor | None) -> None:
    number = submission.revision.number
    trail.record(kind, submission, by=by, post=submission.post_id, revision=submission.revision_id, number=number)
