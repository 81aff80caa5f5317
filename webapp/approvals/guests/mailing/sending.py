"""Mailing what is due to people outside: everything for one guest that came within five minutes is one mail.

Each invitation is marked as being mailed before its mail leaves; what certainly did not leave is tried again later. A
host that dies in between leaves the mark, which runs out after ten minutes. This job commits between its steps, since
no transaction may be open while a mail server is spoken to.
"""

import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, events, logs, mail, times
from webapp.approvals import tally
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.people.models import Organization
from webapp.posts.models import Post, Revision

from .. import calling
from ..models import Guest, Invitation
from ..visiting import links
from . import letters

PATIENCE, TRIES, MOST = 1.0, 6, 50
LONGEST = timedelta(minutes=20)
"""A guest for whom something new comes every few minutes is mailed all the same."""
UNDER_WAY = timedelta(minutes=10)
Found = list[tuple[Invitation, Post, Revision]]


def send_due() -> int:
    """Send every mail that is due; answers how many left. May run in any number of processes at once."""
    began, count = time.monotonic(), 0
    while time.monotonic() - began < PATIENCE:
        guest = _next()
        if guest is None:
            break
        taken = _take(guest)
        found = _still(taken)
        parcel = _pack(guest, found)
        ids = [each.id for each, _post, _revision in found]
        db.commit()
        session.remove()
        if parcel is not None:
            count += _deliver(parcel, ids)
    return count


def _next() -> Guest | None:
    """A guest for whom it has been quiet for five minutes, or who has waited for twenty."""
    now = times.now()
    last, first = sa.func.max(Invitation.due_at), sa.func.min(Invitation.due_at)
    waiting = (
        sa.select(Invitation.guest_id)
        .where(Invitation.due_at.is_not(None), Invitation.revoked_at.is_(None))
        .group_by(Invitation.guest_id)
        .having(sa.or_(last <= now, first <= now - LONGEST))
        .order_by(first)
        .limit(1)
    )
    return session.scalars(sa.select(Guest).where(Guest.id.in_(waiting.scalar_subquery()))).first()


def _take(guest: Guest) -> Sequence[Invitation]:
    """Everything that is due for a guest, marked, so that nobody else mails it."""
    due = [Invitation.guest_id == guest.id, Invitation.due_at <= times.now() + calling.QUIET]
    taken = db.claim(Invitation, due, Invitation.id, MOST, due_at=times.now() + UNDER_WAY, tries=Invitation.tries + 1)
    return sorted(taken, key=lambda each: each.id)


def _still(taken: Sequence[Invitation]) -> Found:
    """Those that are still asked about this very version; of the others no mail is due any more."""
    found: Found = []
    for each in taken:
        asked = _open(each)
        if asked is not None and each.revoked_at is None and each.guest.erased_at is None:
            found.append((each, asked.post, asked.revision))
        else:
            each.due_at = None
    return found


def _open(each: Invitation) -> Submission | None:
    """The submission that waits for this guest, or may be looked at; one that does not yet is asked for anew then."""
    query = sa.select(Submission).where(Submission.post_id == each.post_id, Submission.ended_at.is_(None))
    asked = session.scalars(query).unique().first()
    if asked is None or asked.revision_id != each.revision_id or asked.post.deleted_at is not None:
        return None
    if each.kind == "look":
        return asked
    counted = tally.of(asked)
    if calling.waits(counted) and each.guest_id in counted.waiting_for():
        return asked
    each.asked_at = None
    return None


def _pack(guest: Guest, found: Found) -> letters.Parcel | None:
    if not found:
        return None
    brand = session.scalars(sa.select(Organization.name).where(Organization.id == guest.organization_id)).one()
    token = links.make(guest, [each for each, _post, _revision in found])
    for each, _post, _revision in found:
        each.expires_at = times.now() + timedelta(days=each.days)
    return letters.write(guest, brand, token, found)


def _deliver(parcel: letters.Parcel, ids: Sequence[uuid.UUID]) -> int:
    try:
        mail.send(parcel.to, parcel.subject, parcel.text, parcel.html)
    except mail.MailError as error:
        logs.error("guest_mail_not_sent", error, permanent=error.permanent, sent=error.sent)
        _failed(ids, again=not (error.permanent or error.sent))
        return 0
    for each in _rows(ids):
        each.due_at, each.mailed_at = None, times.now()
        events.record("guest.mailed", each, by=None, post=each.post_id, person=each.guest_id, why=each.kind)
    db.commit()
    return 1


def _failed(ids: Sequence[uuid.UUID], again: bool) -> None:
    for each in _rows(ids):
        if again and each.tries < TRIES:
            each.due_at = times.now() + timedelta(minutes=2**each.tries)
        else:
            each.due_at, each.failed_at = None, times.now()
    db.commit()


def _rows(ids: Sequence[uuid.UUID]) -> Sequence[Invitation]:
    return session.scalars(sa.select(Invitation).where(Invitation.id.in_(ids)).order_by(Invitation.id)).unique().all()
