"""When somebody leaves or loses a role, their yes stops counting and is no longer waited for: all is counted again.

The sender recounts by itself; this only makes it visible before the slot comes. A listener of events: may run twice.
"""

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.errors import Conflict
from webapp.events import Event

from . import clearance, tally
from .models import Decision, Submission

KINDS = frozenset(
    {"member.deactivated", "member.reactivated", "role.taken", "role.given", "role.changed", "region.moved"}
)


def on_event(event: Event) -> None:
    """Recount every open submission somebody has decided on: who left may have said yes, or been the one missing."""
    if event.kind not in KINDS or event.organization_id is None:
        return
    decided = sa.select(Decision.submission_id).where(Decision.undone_at.is_(None))
    query = sa.select(Submission).where(
        Submission.organization_id == event.organization_id,
        Submission.ended_at.is_(None),
        Submission.id.in_(decided),
    )
    for submission in session.scalars(query.order_by(Submission.id)).unique().all():
        _recount(submission)


def _recount(submission: Submission) -> None:
    db.lock(submission.post)
    session.refresh(submission)
    if submission.ended_at is not None:
        return
    try:
        with session.begin_nested():
            clearance.settle(submission, None, tally.of(submission))
    except Conflict:
        # a network has it already; the sender holds what it has not sent
        session.refresh(submission)
