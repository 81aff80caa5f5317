"""Where a version stands for somebody outside, in words that name nobody and no stage inside."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp import times
from webapp.approvals import submission, tally
from webapp.approvals.models import Decision, Submission
from webapp.approvals.tally import Tally
from webapp.approvals.workflows import stages
from webapp.db import session
from webapp.i18n import _
from webapp.posts.models import Post

from .. import following
from ..models import Guest, Invitation


@dataclass(frozen=True)
class Standing:
    """Where it stands for a guest, in words. `may`: they can decide now. `own`: their decision, `undo`: it can be taken
    back. `newer`: another version was sent since."""

    words: str
    may: bool = False
    own: Decision | None = None
    undo: bool = False
    newer: bool = False


def post_of(invitation: Invitation) -> Post:
    """The post an invitation is about."""
    return session.get_one(Post, invitation.post_id)


def of(invitation: Invitation, post: Post, brand: str) -> Standing:
    """The state of one version for one guest."""
    last = submission.last_of(post)
    if last is None or post.deleted_at is not None:
        return Standing(_("It was taken back. There is nothing to decide."))
    if last.revision_id != invitation.revision_id:
        return Standing(_("A newer version was sent. A new link comes by mail."), newer=True)
    counted = tally.of(last)
    own = counted.own(invitation.guest_id)
    return _ended(last, counted, own, brand) or _open(last, counted, own, invitation.guest, brand)


def _ended(last: Submission, counted: Tally, own: Decision | None, brand: str) -> Standing | None:
    if last.outcome in ("withdrawn", "superseded"):
        return Standing(_("It was taken back. There is nothing to decide."))
    if last.outcome == "expired" or _late(last):
        return Standing(_("Its time passed without every yes. It did not go out."))
    if last.outcome in ("sent_back", "rejected"):
        if own is not None and own.verdict != "approve":
            return Standing(_("You asked for changes, %(when)s.", when=_when(own)), own=own, undo=True)
        said = next((d for d in reversed(counted.decisions) if d.verdict != "approve"), None)
        if said is not None and said.guest is not None:
            return Standing(_("%(name)s asked for changes, %(when)s.", name=said.name, when=_when(said)))
        return Standing(_("%(brand)s is changing it. A new version comes with a new link.", brand=brand))
    if own is not None:
        said_yes = _("You approved it, %(when)s.", when=_when(own))
        return Standing(said_yes, own=own, undo=last.outcome != "done")
    return None


def _late(last: Submission) -> bool:
    over = last.deadline is not None and last.deadline <= times.now()
    return over and last.ended_at is None and last.cleared_at is None


def _open(last: Submission, counted: Tally, own: Decision | None, guest: Guest, brand: str) -> Standing:
    if not following.is_asked(guest, stages.of(last)):
        return Standing(_("Nothing is asked of you here. Look at it, and say what you think."))
    others = [d for d in counted.decisions if d.guest is not None and d.verdict == "approve"]
    if last.held and last.ended_at is None:
        return Standing(_("%(brand)s put it on hold. You can decide when that is over.", brand=brand))
    if last.ended_at is None and last.cleared_at is None and counted.place(guest.id) is not None:
        return Standing("", may=True)
    if others:
        return Standing(_("%(name)s approved it, %(when)s.", name=others[-1].name, when=_when(others[-1])))
    if last.cleared_at is not None:
        return Standing(_("It has every yes it needs."))
    return Standing(_("It is not asked of you yet. You get a mail when it is."))


def _when(decision: Decision) -> str:
    zone = decision.submission.post.region.zone
    words = {"hour": times.hour(decision.at, zone), "day": times.day(decision.at, zone), "place": times.place(zone)}
    return _("%(hour)s, %(day)s, %(place)s", **words)


def until(invitations: Sequence[Invitation]) -> str:
    """Until when the link works, in words: for the longest of what it opens."""
    last = max(invitations, key=lambda each: each.expires_at or times.now())
    zone = post_of(last).region.zone
    assert last.expires_at
    words = {"hour": times.hour(last.expires_at, zone), "day": times.day(last.expires_at, zone)}
    return _("%(hour)s, %(day)s, %(place)s", **words, place=times.place(zone))
