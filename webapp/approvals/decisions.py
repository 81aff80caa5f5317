"""Saying yes or no to exactly the revision that was read, and taking it back until sending starts.

A decision on anything but the current revision is refused with the difference, and nothing is applied. A "no" counts
also after the yes of others, as long as nothing is being sent; a yes never counts after a "no".
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import new_id, session
from webapp.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from webapp.events import Actor as Person
from webapp.i18n import N_, _
from webapp.people.permissions import Actor
from webapp.posts import checks, lifecycle, readings
from webapp.posts.models import Post, Revision

from . import clearance, eligibility, submission
from .models import Decision, Submission

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
    db.lock(post)
    current = _current(post, revision_id, verdict, by)
    standing = _own(current, by)
    if standing is not None and standing.verdict == verdict:
        return standing
    _may(current, verdict, by, tapped_at)
    decision = _record(current, verdict, by, reasons, comment.strip(), tapped_at)
    readings.note(current.revision, by)
    if verdict == "approve":
        clearance.settle(current, by)
    else:
        _refuse(current, verdict, by)
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


def _current(post: Post, revision_id: uuid.UUID, verdict: str, by: Actor) -> Submission:
    """The open submission, locked, if it asks about this very revision."""
    asked = session.get(Revision, revision_id)
    if asked is None or asked.post_id != post.id:
        raise NotFound
    found = submission.last_of(post)
    if found is None:
        raise NotFound
    db.lock(found)
    if found.revision_id != revision_id:
        raise Conflict(
            _("Version %(number)s arrived while you read.", number=found.revision.number),
            "approvals/conflict.html",
            post=post,
            read=asked,
            submission=found,
            verdict=verdict,
        )
    if found.ended_at is not None:
        if found.outcome == "expired":
            raise Gone(_("Its time passed without a yes. It needs a new time first."))
        raise _over(found)
    return found


def _over(found: Submission) -> Conflict:
    """Somebody was faster; the page says who and what."""
    return Conflict(eligibility.over(found), "approvals/decided.html", post=found.post, submission=found)


def _own(current: Submission, by: Actor) -> Decision | None:
    """This person's standing decision on the submission."""
    return session.scalars(
        sa.select(Decision).where(
            Decision.submission_id == current.id, Decision.person_id == by.id, Decision.undone_at.is_(None)
        )
    ).first()


def _may(current: Submission, verdict: str, by: Actor, tapped_at: datetime | None) -> None:
    no = verdict != "approve"
    if not no and current.cleared_at is not None:
        raise _over(current)
    reason = eligibility.may_decide(current, by, saying_no=no)
    if reason is not None:
        raise Forbidden(reason)
    if no:
        return
    _in_time(current, tapped_at)
    blocks = checks.of_revision(current.revision, current.post, by).blocks
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


def _record(
    current: Submission,
    verdict: str,
    by: Actor,
    reasons: Sequence[str],
    comment: str,
    tapped_at: datetime | None,
) -> Decision:
    number = current.revision.number
    own = _own(current, by)
    if own is not None:
        own.undone_at = times.now()
        events.record("decision.undone", own, by=by, post=own.post_id, verdict=own.verdict, number=number)
        session.flush()
    decision = Decision(
        id=new_id(),
        organization_id=current.organization_id,
        region_id=current.region_id,
        submission=current,
        post_id=current.post_id,
        revision_id=current.revision_id,
        stage=eligibility.stage_of(current),
        person_id=by.id,
        verdict=verdict,
        reasons=list(dict.fromkeys(reasons)),
        comment=comment,
        at=times.now(),
        tapped_at=tapped_at,
    )
    session.add(decision)
    session.flush()
    events.record(
        "decision.made",
        decision,
        by=by,
        text=comment or None,
        post=current.post_id,
        revision=current.revision_id,
        number=number,
        verdict=verdict,
        stage=decision.stage,
        reasons=decision.reasons,
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
    if decision.person_id != by.id:
        raise Forbidden(_("Only the person who decided can take it back."))
    current = decision.submission
    clearance.lock(current)
    db.lock(decision)
    if decision.undone_at is not None:
        return
    if decision.verdict != "approve":
        _reopen(current)
    elif current.ended_at is not None:
        raise Conflict(eligibility.over(current))
    decision.undone_at = times.now()
    events.record(
        "decision.undone",
        decision,
        by=by,
        post=decision.post_id,
        verdict=decision.verdict,
        number=current.revision.number,
    )
    clearance.settle(current, by)


def _reopen(current: Submission) -> None:
    """After a no was taken back: it waits again, if nothing newer was sent and its time has not come."""
    if current.post.deleted_at is not None or current.post.current_id != current.revision_id:
        raise Conflict(_("The author has sent a newer version. Decide about that one."))
    if current.ended_at is None:
        return
    if current.outcome not in ("sent_back", "rejected") or submission.open_of(current.post) is not None:
        raise Conflict(eligibility.over(current))
    if current.deadline is not None and current.deadline <= times.now():
        raise Gone(_("Its time has passed. It needs a new time first."))
    current.ended_at = current.outcome = None
    session.flush()
