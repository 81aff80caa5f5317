"""When somebody leaves or loses a role, their yes stops counting: what was cleared by it waits again.

The sender recounts by itself; this only makes it visible before the slot comes. A listener of events: may run twice.
"""

import uuid

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.errors import Conflict
from webapp.events import Event
from webapp.people.models import Membership

from . import clearance, tally
from .models import Decision, Submission

KINDS = frozenset(
    {"member.deactivated", "member.reactivated", "role.taken", "role.given", "role.changed", "region.moved"}
)


def on_event(event: Event) -> None:
    """Recount every open submission that has a yes of the people concerned, or any when a role changed for all."""
    if event.kind not in KINDS or event.organization_id is None:
        return
    query = sa.select(Submission).where(
        Submission.organization_id == event.organization_id,
        Submission.ended_at.is_(None),
        Submission.id.in_(_decided(_person(event))),
    )
    for submission in session.scalars(query.order_by(Submission.id)).unique().all():
        _recount(submission)


def _person(event: Event) -> uuid.UUID | None:
    named = event.data.get("person")
    if named:
        return uuid.UUID(str(named))
    member = session.get(Membership, event.subject_id) if event.subject_type == "memberships" else None
    return member.person_id if member else None


def _decided(person: uuid.UUID | None) -> sa.Select[uuid.UUID]:
    query = sa.select(Decision.submission_id).where(Decision.undone_at.is_(None))
    return query.where(Decision.person_id == person) if person else query


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
