"""Forgetting somebody outside on request: name, address, their words and their links. What they decided stays, without
a name, and the trail keeps its hashes."""

import sqlalchemy as sa

from webapp import events, times
from webapp.approvals import recount
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.errors import Forbidden
from webapp.events import Event, EventText
from webapp.i18n import _
from webapp.people.models import SignInCode
from webapp.people.permissions import Actor, Permission
from webapp.posts.models import Comment

from .models import Guest, GuestAnswer, GuestLink, GuestSession, Invitation


def erase(guest: Guest, by: Actor) -> None:
    """Forget a guest. A yes they gave counts on in its stage; where they were still waited for, they are not any more.
    Twice is once."""
    if not by.everywhere(Permission.PEOPLE):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    if guest.erased_at is not None:
        return
    _words(guest)
    open_ones = _leave(guest)
    for model in (GuestSession, GuestAnswer, GuestLink):
        session.execute(sa.delete(model).where(model.guest_id == guest.id))
    session.execute(sa.delete(SignInCode).where(SignInCode.email == guest.email, SignInCode.purpose.like("guest:%")))
    guest.email, guest.name, guest.erased_at = f"erased:{guest.id}", "", times.now()
    session.flush()
    events.record("guest.erased", guest, by=by, person=guest.id)
    recount.some(open_ones)


def _words(guest: Guest) -> None:
    mine = Comment.guest_id == guest.id
    gone = sa.func.coalesce(Comment.deleted_at, times.now())
    session.execute(sa.update(Comment).where(mine).values(text="", guest_name="", deleted_at=gone))
    session.execute(sa.update(Decision).where(Decision.guest_id == guest.id).values(comment=""))
    written = sa.select(Event.id).where(Event.organization_id == guest.organization_id, Event.person_id == guest.id)
    session.execute(sa.delete(EventText).where(EventText.event_id.in_(written)))


def _leave(guest: Guest) -> list[Submission]:
    """Take back every invitation to a version without a yes that stands; answers what is open of all their posts."""
    said = sa.select(Decision.id).where(
        Decision.guest_id == guest.id,
        Decision.revision_id == Invitation.revision_id,
        Decision.verdict == "approve",
        Decision.undone_at.is_(None),
    )
    theirs = Invitation.guest_id == guest.id
    session.execute(sa.update(Invitation).where(theirs).values(due_at=None))
    taken = sa.update(Invitation).where(theirs, Invitation.revoked_at.is_(None), ~said.exists())
    session.execute(taken.values(revoked_at=times.now()).execution_options(synchronize_session="fetch"))
    posts = sa.select(Invitation.post_id).where(theirs)
    query = sa.select(Submission).where(Submission.post_id.in_(posts), Submission.ended_at.is_(None))
    return list(session.scalars(query).unique())
