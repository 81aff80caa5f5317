"""The clock's part: holds that are over, and steps for posts that nobody answered. Each step once, never a yes."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times, working
from webapp.approvals import asking, tally
from webapp.approvals.models import Submission, Workflow
from webapp.approvals.tally import Tally
from webapp.approvals.workflows import stages
from webapp.db import session
from webapp.people import hours
from webapp.posts.models import Post

from . import holds, steps
from .steps import Due

BATCH = 200


def turn() -> int:
    """Everything of this room that is due; answers how much."""
    return holds.lift_due() + step_due()


def step_due(limit: int = BATCH) -> int:
    """Take the next step of each stage that has waited long enough; answers how many."""
    found = _late(limit)
    if not found:
        return 0
    posts = sa.select(Post.id).where(Post.id.in_({each.post_id for each in found})).order_by(Post.id)
    if not db.is_sqlite():
        posts = posts.with_for_update(skip_locked=True)
    held = session.scalars(posts).all()
    query = sa.select(Submission).where(Submission.id.in_([e.id for e in found]), Submission.post_id.in_(held))
    rows = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    return sum(_step(counted) for counted in tally.of_all([row for row in rows if _waits(row)]).values())


def _waits(row: Submission) -> bool:
    late = row.deadline is not None and row.deadline <= times.now()
    return row.ended_at is None and row.cleared_at is None and not row.held and not late


def _late(limit: int) -> Sequence[Submission]:
    """What may be due: working hours never pass faster than hours do."""
    now, hopeful = times.now(), []
    for workflow_id, shortest in _limits():
        within = sa.and_(Submission.workflow_id == workflow_id, Submission.waiting_since <= now - shortest)
        hopeful.append(within)
    if not hopeful:
        return []
    query = sa.select(Submission).where(
        Submission.ended_at.is_(None),
        Submission.cleared_at.is_(None),
        sa.or_(Submission.deadline.is_(None), Submission.deadline > now),
        sa.or_(Submission.held_until.is_(None), Submission.held_until <= now),
        sa.or_(*hopeful),
    )
    rows = session.scalars(query.order_by(Submission.waiting_since)).unique()
    left = [row for row in rows if any(steps.left(row, stage) for stage in stages.of(row))]
    due: list[Submission] = []
    for page in range(0, len(left), BATCH):
        found = tally.of_all(left[page : page + BATCH]).values()
        due += [counted.submission for counted in found if any(_due(counted))]
        if len(due) >= limit:
            break
    return due[:limit]


def _limits() -> Iterator[tuple[object, timedelta]]:
    """Workflows of posts that wait, with the shortest limit of their stages."""
    waiting = sa.select(Submission.workflow_id).where(Submission.ended_at.is_(None), Submission.cleared_at.is_(None))
    for row in session.execute(sa.select(Workflow.id, Workflow.stages).where(Workflow.id.in_(waiting))):
        limits = [stage["limit"] for stage in row.stages if stage.get("limit") is not None]
        if limits:
            yield row.id, timedelta(hours=float(min(limits)))


def _due(counted: Tally) -> Iterator[Due]:
    """The steps of the stages that wait now whose time has come."""
    for n in counted.open:
        stage = counted.path[n]
        if stage.limit is None:
            continue
        found = steps.following(counted.submission, stage, weeks_of(counted, n))
        if found is not None and found.at <= times.now():
            yield found


def weeks_of(counted: Tally, place: int) -> list[working.Week]:
    """The working hours of those who must act at a place of the path; those of the region when nobody can."""
    asked = counted.submission
    found = hours.weeks(asked.organization_id, counted.standings[place].asked)
    return list(found) or [hours.week_of(asked.post.region)]


def _step(counted: Tally) -> int:
    taken = list(_due(counted))
    for each in taken:
        steps.take(counted.submission, each)
    if taken:
        session.flush()
        asking.project(tally.of(counted.submission))
    return len(taken)
