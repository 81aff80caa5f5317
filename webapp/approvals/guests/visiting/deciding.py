"""What a guest does: says yes, asks for changes, takes it back, says something, corrects their name.

The rules are those of everybody (`decisions.py`). Each form counts once by its key, also after it was taken back. What
those rules answer in words about people and stages inside is not for a guest: `shown.py` says it in other words.
"""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp import events
from webapp.approvals import clearance, decisions, submission, tally
from webapp.approvals.models import Decision
from webapp.db import new_id, session
from webapp.errors import Conflict, Invalid, NotFound
from webapp.i18n import OFFERED, _
from webapp.posts import comments
from webapp.posts.models import Comment, Post

from .. import actors
from ..models import Guest, GuestAnswer, Invitation

VERDICTS = ("approve", "changes")


def decide(
    invitation: Invitation, verdict: str, reasons: Sequence[str] = (), words: str = "", key: str = ""
) -> Decision:
    """A decision on the very version the link is about. Words with a yes are a comment, beside it."""
    post = _taken(invitation)
    known = _answer(invitation.guest, key)
    if known is not None and (made := session.get(Decision, known.made_id)) is not None:
        return made
    if verdict not in VERDICTS:
        raise Invalid(_("Choose approve, request changes or reject."))
    by, yes = actors.of(invitation.guest), verdict == "approve"
    made = decisions.decide(post, invitation.revision_id, verdict, by, reasons, "" if yes else words)
    if yes and words.strip():
        _say(invitation, post, words)
    _remember(invitation.guest, key, made.id)
    return made


def undo(invitation: Invitation) -> None:
    """Take one's own decision on this version back, until sending starts."""
    post = _taken(invitation)
    asked = submission.last_of(post)
    own = tally.of(asked).own(invitation.guest_id) if asked else None
    if own is None or own.revision_id != invitation.revision_id:
        raise Conflict(_("There is nothing to take back."))
    decisions.undo(own, actors.of(invitation.guest))


def say(invitation: Invitation, words: str, key: str = "") -> Comment | None:
    """Say something to the company, beside the post."""
    post = _taken(invitation)
    if not words.strip():
        raise Invalid(fields={"comment": _("Say something first.")})
    if _answer(invitation.guest, key) is not None:
        return None
    made = _say(invitation, post, words)
    _remember(invitation.guest, key, made.id)
    return made


def _say(invitation: Invitation, post: Post, words: str) -> Comment:
    guest = invitation.guest
    return comments.add_from_guest(post, words.strip(), actors.of(guest), guest.name, invitation.revision_id)


def rename(guest: Guest, name: str, language: str) -> None:
    """Go by another name, in another language. The address stays: it is who was asked."""
    if language not in OFFERED:
        raise Invalid(fields={"language": _("Choose one from the list.")})
    if not name.strip():
        raise Invalid(fields={"name": _("Type your name.")})
    if (guest.name, guest.language) != (name.strip(), language):
        guest.name, guest.language = name.strip(), language
        events.record("guest.renamed", guest, by=actors.of(guest), person=guest.id)


def _taken(invitation: Invitation) -> Post:
    """The post, held for this transaction. Raises NotFound when the invitation was taken back meanwhile."""
    post = session.get(Post, invitation.post_id)
    if post is None:
        raise NotFound
    clearance.hold(post)
    session.refresh(invitation)
    if not invitation.works or post.deleted_at is not None:
        raise NotFound
    return post


def _answer(guest: Guest, key: str) -> GuestAnswer | None:
    if not key:
        return None
    return session.scalars(
        sa.select(GuestAnswer).where(GuestAnswer.guest_id == guest.id, GuestAnswer.key == key)
    ).first()


def _remember(guest: Guest, key: str, made_id: uuid.UUID) -> None:
    if key:
        session.add(
            GuestAnswer(id=new_id(), organization_id=guest.organization_id, guest_id=guest.id, key=key, made_id=made_id)
        )
