"""When people come, go, or get another role, what is outstanding changes: everything open is counted again.

Who left is no longer waited for and their yes stops counting; who joined is asked. The sender recounts by itself; this
makes it visible before the slot comes. The listener of events only writes down that it is to be done, so that many
changes at once are one recount and the trail never waits for it; a job does it, a page of submissions at a time.
"""

import time
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.errors import Conflict
from webapp.events import Event
from webapp.posts.models import Post

from . import asking, clearance, tally
from .models import Recount, Submission
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
        "absence.set",
        "absence.changed",
        "absence.begun",
        "absence.accepted",
        "absence.declined",
        "absence.ended",
        "member.stand_in",
    }
)
PAGE = 25
"""Submissions counted in one transaction: each may ask a thousand people anew, and other work waits for it."""
PATIENCE = 5.0
"""Seconds that a job is at it before others have their turn."""


def on_event(event: Event) -> None:
    """Ask for a recount of an organization whose people or roles changed."""
    if event.kind in KINDS and event.organization_id is not None:
        ask(event.organization_id)


def ask(organization_id: uuid.UUID) -> None:
    """Everything open in an organization is to be counted, from the start."""
    asked = {"asked_at": times.now(), "after": None}
    there = sa.update(Recount).where(Recount.organization_id == organization_id).values(asked)
    if not session.execute(there).rowcount:  # type: ignore[attr-defined]
        session.execute(db.insert_ignoring(Recount, organization_id=organization_id, **asked))


def ask_all() -> int:
    """The same for every organization with something open, in case a change was missed; answers how many."""
    found = session.scalars(sa.select(Submission.organization_id).where(Submission.ended_at.is_(None)).distinct()).all()
    for organization_id in found:
        ask(organization_id)
    return len(found)


def due(seconds: float = PATIENCE) -> int:
    """Count what was asked for, page by page, for a moment; answers how many were otherwise. Commits each page."""
    began, differed = time.monotonic(), 0
    while (found := page()) is not None:
        differed += found
        db.commit()
        if time.monotonic() - began >= seconds:
            break
    return differed


def page() -> int | None:
    """Count the next page of an organization that nobody else is at; None when nothing is asked for."""
    query = sa.select(Recount).order_by(Recount.asked_at).limit(1)
    asked = session.scalars(query if db.is_sqlite() else query.with_for_update(skip_locked=True)).first()
    if asked is None:
        return None
    found = _open(asked)
    differed = some(found)
    if len(found) < PAGE:
        session.delete(asked)
    else:
        asked.after = found[-1].id
    session.flush()
    return differed


def _open(asked: Recount) -> Sequence[Submission]:
    here = sa.select(Submission).where(
        Submission.organization_id == asked.organization_id,
        Submission.ended_at.is_(None),
        Submission.id > (asked.after or uuid.UUID(int=0)),
    )
    return session.scalars(here.order_by(Submission.id).limit(PAGE)).unique().all()


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
