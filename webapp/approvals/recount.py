"""When people come, go, or get another role, what is outstanding changes: everything open is counted again.

Who left is no longer waited for and their yes stops counting; who joined is asked. The sender recounts by itself; this
makes it visible before the slot comes. A listener of events, and a sweep for whatever was missed: both may run twice.
"""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.errors import Conflict
from webapp.events import Event
from webapp.posts.models import Post

from . import asking, clearance, tally
from .models import Submission
from .tally import Tally

KINDS = frozenset(
    {
        "member.deactivated",
        "member.reactivated",
        "member.joined",
        "member.invited",
        "role.taken",
        "role.given",
        "role.changed",
        "region.moved",
    }
)
PAGE = 200


def on_event(event: Event) -> None:
    """Recount everything open in an organization whose people or roles changed."""
    if event.kind in KINDS and event.organization_id is not None:
        everything(Submission.organization_id == event.organization_id)


def everything(*where: sa.ColumnElement[bool]) -> int:
    """Bring all that is open (and fits) in line with who may decide now, page by page; answers how many differed."""
    differed, after = 0, uuid.UUID(int=0)
    while True:
        query = sa.select(Submission).where(Submission.ended_at.is_(None), Submission.id > after, *where)
        page = session.scalars(query.order_by(Submission.id).limit(PAGE)).unique().all()
        if not page:
            return differed
        differed += some(page)
        after = page[-1].id


def some(found: Sequence[Submission]) -> int:
    """Bring open submissions in line; only those that differ are locked, and counted again then."""
    tallies = list(tally.of_all(found).values())
    differing = {t.submission.post_id for t in tallies if _moved(t)} | asking.differing(tallies)
    if not differing:
        return 0
    posts = sa.select(Post.id).where(Post.id.in_(differing)).order_by(Post.id)
    session.execute(posts if db.is_sqlite() else posts.with_for_update())
    fresh = sa.select(Submission).where(Submission.post_id.in_(differing), Submission.ended_at.is_(None))
    rows = session.scalars(fresh.execution_options(populate_existing=True)).unique().all()
    locked = list(tally.of_all(rows).values())
    for counted in locked:
        if _moved(counted):
            _settle(counted)
    return asking.project_all(locked)


def _moved(counted: Tally) -> bool:
    """Whether what is stored of a submission is not what its decisions say."""
    stored = len(counted.standings) if counted.submission.cleared_at else counted.submission.stage
    return stored != (len(counted.standings) if counted.position is None else counted.position)


def _settle(counted: Tally) -> None:
    try:
        with session.begin_nested():
            clearance.settle(counted.submission, None, counted)
    except Conflict:
        # a network has it already; the sender holds what it has not sent
        session.refresh(counted.submission)
