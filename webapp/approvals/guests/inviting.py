"""Asking somebody outside about a post that waits, and taking that back. Those who write or approve there do."""

from datetime import timedelta

import sqlalchemy as sa

from webapp import db, events, times
from webapp.approvals import clearance, submission, tally
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _
from webapp.people.joining import is_address
from webapp.people.permissions import Actor, Permission
from webapp.posts.models import Post

from . import calling, following
from .models import Guest, Invitation

MOST = 20
"""Guests of one post."""


def may(actor: Actor, post: Post) -> bool:
    """Whether somebody may ask people outside about a post."""
    return actor.may(Permission.WRITE, post) or actor.may(Permission.APPROVE, post)


def invite(post: Post, email: str, name: str, language: str, days: int, by: Actor) -> Invitation:
    """Ask somebody about the version that waits now. Raises Forbidden, Conflict, Invalid."""
    _allow(by, post)
    address = email.strip().lower()
    if not is_address(address):
        raise Invalid(fields={"email": _("This is not an e-mail address.")})
    clearance.hold(post)
    asked = submission.open_of(post)
    if asked is None or asked.cleared_at is not None:
        raise Conflict(_("It is not waiting for approval any more."))
    guest = following.guest_at(address, asked, name.strip(), language)
    if session.scalar(sa.select(Guest.id).where(Guest.id == guest.id, following.is_member())):
        raise Invalid(fields={"email": _("This is the address of a member. They decide in Nod itself.")})
    if len(calling.of(asked)) >= MOST:
        raise Invalid(fields={"email": _("So many people were asked about this post already.")})
    if guest.erased_at is not None:
        raise Invalid(fields={"email": _("This is not an e-mail address.")})
    made = following.invite(guest, asked, days, by.id)
    events.record("guest.invited", made, by=by, post=post.id, person=guest.id, number=asked.revision.number)
    _settle(asked, by)
    return made


def _allow(by: Actor, post: Post) -> None:
    if not may(by, post):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))


def _settle(asked: Submission, by: Actor) -> None:
    """Count again; what a network has already stays as it is, and the sender asks again by itself."""
    try:
        with session.begin_nested():
            clearance.settle(asked, by, tally.of(asked))
    except Conflict:
        session.refresh(asked)


def mail_again(invitation: Invitation, post: Post, by: Actor) -> None:
    """Mail a link once more, with whatever else is due for this guest. Twice is once."""
    _allow(by, post)
    if invitation.revoked_at is not None or invitation.guest.erased_at is not None:
        raise Conflict(_("Their link was revoked. Ask them again."))
    if invitation.due_at is None:
        calling.due(invitation, "reminder" if invitation.mailed_at and invitation.kind != "look" else "")
        invitation.asked_at = invitation.asked_at or times.now()
        events.record("guest.mailed_again", invitation, by=by, post=post.id, person=invitation.guest_id)


def extend(invitation: Invitation, post: Post, by: Actor) -> None:
    """Let every link to it work for a week longer, also one that ran out."""
    _allow(by, post)
    if invitation.revoked_at is not None or invitation.expires_at is None:
        raise Conflict(_("There is no link that could work longer."))
    invitation.expires_at = max(invitation.expires_at, times.now()) + timedelta(days=following.DAYS)
    until = times.iso(invitation.expires_at)
    events.record("guest.extended", invitation, by=by, post=post.id, person=invitation.guest_id, until=until)


def revoke(guest: Guest, post: Post, by: Actor) -> None:
    """Their links to this post end, and their yes to what waits does not count any more. Twice is once."""
    _allow(by, post)
    clearance.hold(post)
    mine = (Invitation.guest_id == guest.id, Invitation.post_id == post.id, Invitation.revoked_at.is_(None))
    found = session.scalars(sa.select(Invitation).where(*mine).order_by(Invitation.id)).unique().all()
    for each in found:
        each.revoked_at, each.due_at = times.now(), None
    if not found:
        return
    session.flush()
    db.forget()
    events.record("guest.revoked", found[-1], by=by, post=post.id, person=guest.id)
    asked = submission.open_of(post)
    if asked is not None:
        _settle(asked, by)
