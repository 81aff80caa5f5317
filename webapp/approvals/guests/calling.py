"""When a mail to somebody outside becomes due: their yes is waited for now, or they are reminded.

Nothing is sent here. What is due waits for five minutes of quiet, so that what comes together is one mail
(`mailing.py`).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from webapp import times
from webapp.db import session

from .models import Invitation

if TYPE_CHECKING:
    from webapp.approvals.models import Submission
    from webapp.approvals.tally import Tally

QUIET = timedelta(minutes=5)


def waits(counted: "Tally") -> bool:
    """Whether anybody's yes is waited for on a submission at all."""
    asked = counted.submission
    return asked.ended_at is None and asked.cleared_at is None and not asked.held


def project(tallies: "Sequence[Tally]") -> None:
    """Guests whose turn has come are to be mailed. No query where nobody outside is asked."""
    for counted in tallies:
        if counted.asked.guests and waits(counted):
            turn = counted.asked.guests & counted.waiting_for().keys()
            for each in of(counted.submission) if turn else ():
                if each.guest_id in turn and each.asked_at is None:
                    each.asked_at = times.now()
                    due(each)


def of(asked: "Submission") -> Sequence[Invitation]:
    """The invitations to the version of a submission that were not revoked."""
    query = sa.select(Invitation).where(
        Invitation.post_id == asked.post_id,
        Invitation.revision_id == asked.revision_id,
        Invitation.revoked_at.is_(None),
    )
    return session.scalars(query.order_by(Invitation.id)).unique().all()


def due(each: Invitation, kind: str = "") -> None:
    """A mail is to leave, after five minutes of quiet."""
    each.kind, each.due_at = kind or each.kind, times.now() + QUIET
    each.tries, each.failed_at = 0, None
