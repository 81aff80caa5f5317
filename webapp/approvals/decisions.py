"""Saying yes or no to exactly the revision that was read, and taking it back until sending starts.

A decision on anything but the current revision is refused with the difference, and nothing is applied. A "no" counts
also after the yes of others, as long as nothing is being sent; a yes never counts after a "no".
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from webapp import db, events, times
from webapp.db import new_id, session
from webapp.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from webapp.events import Actor as Person
from webapp.i18n import N_, _
from webapp.people.permissions import Actor
from webapp.posts import checks, lifecycle, readings
from webapp.posts.models import Post, Revision

from . import clearance, eligibility, submission, tally
from .guests.actors import Outsider
from .models import Decision, Submission
from .tally import Tally

VERDICTS = {"approve": None, "changes": "sent_back", "reject": "rejected"}
"""Each verdict and how it ends the submission, if it does."""
REASONS = {
    "claim": N_("Claim"),
    "tone": N_("Tone"),
    "image": N_("Image"),
    "time": N_("Time"),
    "legal": N_("Legal"),
    "typo": N_("Typo"),
}
MOST_WORDS = 2000
OLD_TAP = timedelta(seconds=30)
NEAR = timedelta(minutes=5)


def decide(
    target: Submission | Post,
    revision_id: uuid.UUID,
    verdict: str,
    by: Actor,
    reasons: Sequence[str] = (),
    comment: str = "",
    tapped_at: datetime | None = None,
) -> Decision:
    """Record a decision and what follows from it. The same decision again is the one there is.

    `tapped_at`: when the person tapped, if the request waited on the phone. Raises Conflict (with the card's difference
    or who was faster), Gone (slot passed; a late yes), Forbidden (author, no right), Invalid (no reason, blocked).
    """
    post = target if isinstance(target, Post) else target.post
    _well_formed(verdict, reasons, comment)
    clearance.hold(post)
    current = _current(post, revision_id, verdict)
    counted = tally.of(current, undecided=(Decision.__tablename__, current.id) in db.absent())
    own = counted.own(by.id)
    if own is not None and own.verdict == verdict:
        return own
    _may(counted, verdict, by, tapped_at)
    if not isinstance(by, Outsider):
        readings.note(counted.submission.revision, by)
    if own is not None:
        _take_back(own, by)
        counted = counted.minus(own)
    decision = _record(counted, verdict, by, reasons, comment.strip(), tapped_at)
    if verdict == "approve":
        clearance.settle(counted.submission, by, counted.plus(decision))
    else:
        _refuse(counted.submission, verdict, by)
    return decision


def _well_formed(verdict: str, reasons: Sequence[str], comment: str) -> None:
    if verdict not in VERDICTS:
        raise Invalid(_("Choose approve, request changes or reject."))
    if any(reason not in REASONS for reason in reasons):
        raise Invalid(fields={"reasons": _("Choose from the list.")})
    if verdict == "reject" and not comment.strip():
        raise Invalid(fields={"comment": _("Say why. The author needs a reason.")})
    if verdict == "changes" and not (reasons or comment.strip()):
        raise Invalid(fields={"reasons": _("Choose a reason, or say what to change.")})


def _current(post: Post, revision_id: uuid.UUID, verdict: str) -> Submission:
    """The last submission, if it asks about this very revision."""
    found = submission.held_of(post)
    if found is not None and found.revision_id == revision_id:
        return found
    asked = session.get(Revision, revision_id)
    if found is None or asked is None or asked.post_id != post.id:
        raise NotFound
    raise Conflict(
        _("Version %(number)s arrived while you read.", number=found.revision.number),
        "approvals/conflict.html",
        post=post,
        read=asked,
        submission=found,
        verdict=verdict,
    )


def _may(counted: Tally, verdict: str, by: Actor, tapped_at: datetime | None) -> None:
    current, no = counted.submission, verdict != "approve"
    if current.outcome == "expired":
        raise Gone(_("Its time passed without a yes. It needs a new time first."))
    if current.ended_at is not None or (current.cleared_at is not None and not no):
        raise Conflict(eligibility.over(counted))
    if current.held and not no:
        raise Conflict(eligibility.on_hold(current))
    reason = eligibility.may_decide(counted, by, saying_no=no)
    if reason is not None:
        raise Forbidden(reason)
    if no:
        return
    if tapped_at is not None and current.held_at is not None and tapped_at < current.held_at:
        raise Conflict(_("It was put on hold after your tap, so your yes was not applied. Look again and decide."))
    _in_time(current, tapped_at)
    blocks = checks.blocks(current.revision, current.post, by)
    if blocks:
        raise Invalid(_("It cannot go out as it is: %(problem)s", problem=blocks[0].title))


def _in_time(current: Submission, tapped_at: datetime | None) -> None:
    """The server's clock decides. A yes that waited on a phone counts only with five minutes left."""
    if current.deadline is None:
        return
    now = times.now()
    if current.deadline <= now:
        raise Gone(_("Its time passed without a yes. It needs a new time first."))
    if tapped_at is not None and now - tapped_at > OLD_TAP and current.deadline - now < NEAR:
        raise Gone(_("Your yes arrived too close to its time and was not applied. Look again and decide."))


def _take_back(decision: Decision, by: Actor) -> None:
    decision.undone_at = times.now()
    number = decision.submission.revision.number
    events.record("decision.undone", decision, by=by, post=decision.post_id, verdict=decision.verdict, number=number)
    session.flush()


def _record(
    counted: Tally,
    verdict: str,
    by: Actor,
    reasons: Sequence[str],
    comment: str,
    tapped_at: datetime | None,
) -> Decision:
    current = counted.submission
    place = counted.place(by.id, saying_no=verdict != "approve")
    here = counted.standings[counted.stage if place is None else place]
    decision = Decision(
        id=new_id(),
        organization_id=current.organization_id,
        region_id=current.region_id,
        submission=current,
        post_id=current.post_id,
        revision_id=current.revision_id,
        stage=here.stage.index,
        **({"guest_id": by.id} if isinstance(by, Outsider) else {"person_id": by.id}),
        for_id=here.entitled.get(by.id),
        verdict=verdict,
        reasons=list(dict.fromkeys(reasons)),
        comment=comment,
        at=times.now(),
        tapped_at=tapped_at,
    )
    session.add(decision)
    waited: dict[str, Any] = {"tapped": times.iso(decision.waited)} if decision.waited else {}
    events.record(
        "decision.made",
        decision,
        by=by,
        on_behalf_of=decision.for_id,
        text=comment or None,
        post=current.post_id,
        revision=current.revision_id,
        number=current.revision.number,
        verdict=verdict,
        stage=decision.stage,
        reasons=decision.reasons,
        **waited,
    )
    return decision


def _refuse(current: Submission, verdict: str, by: Person) -> None:
    """A no: whatever was planned goes, the submission ends."""
    outcome = VERDICTS[verdict]
    assert outcome
    clearance.unclear(current, by)
    clearance.end(current, outcome)
    lifecycle.project(current.post)


def undo(decision: Decision, by: Actor) -> None:
    """Take one's own decision back. Raises Conflict once sending started or something newer stands; twice is once."""
    if decision.by_id != by.id:
        raise Forbidden(_("Only the person who decided can take it back."))
    db.lock(decision.submission.post)
    session.refresh(decision)
    session.refresh(decision.submission)
    if decision.undone_at is not None:
        return
    counted = tally.of(decision.submission)
    if decision.verdict != "approve":
        _reopen(counted)
    elif decision.submission.outcome == "done":
        raise Conflict(_("It was sent already. Undo was possible until sending started."))
    elif decision.submission.ended_at is not None:
        raise Conflict(eligibility.over(counted))
    _take_back(decision, by)
    clearance.settle(decision.submission, by, counted.minus(decision))


def _reopen(counted: Tally) -> None:
    """After a no was taken back: it waits again, if nothing newer was sent and its time has not come."""
    current = counted.submission
    if current.post.deleted_at is not None or current.post.current_id != current.revision_id:
        raise Conflict(_("The author has sent a newer version. Decide about that one."))
    if current.ended_at is None:
        return
    if current.outcome not in ("sent_back", "rejected") or submission.open_of(current.post) is not None:
        raise Conflict(eligibility.over(counted))
    if current.deadline is not None and current.deadline <= times.now():
        raise Gone(_("Its time has passed. It needs a new time first."))
    current.ended_at = current.outcome = None
    session.flush()
