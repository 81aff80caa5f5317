"""On hold: nobody may say yes and nothing goes out until somebody lifts it, or its date comes. Then it is asked anew.

What was said before is set aside, so that a date that comes never makes a post go out: somebody must look again.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import db, events, times
from webapp.approvals import asking, clearance, eligibility, submission, tally
from webapp.approvals.models import Submission
from webapp.approvals.tally import Tally
from webapp.db import new_id, session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.events import Actor as Person
from webapp.i18n import _
from webapp.people.permissions import Actor
from webapp.posts import lifecycle
from webapp.posts.models import Post

from .models import Hold

MOST_WORDS, LONGEST = 500, timedelta(days=366)


def current(post: Post) -> Hold | None:
    """The hold that is on a post now."""
    query = sa.select(Hold).where(Hold.post_id == post.id, Hold.ended_at.is_(None), Hold.until > times.now())
    return session.scalars(query.order_by(Hold.id.desc())).first()


def may_hold(counted: Tally, by: Actor) -> str | None:
    """None when this person may hold it or lift a hold: who may say no. Else why not."""
    return eligibility.may_decide(counted, by, saying_no=True)


def hold(post: Post, reason: str, until: datetime, by: Actor) -> Hold:
    """Hold a post until an instant. Raises Invalid at the fields, Conflict once sending started, Forbidden."""
    reason = reason.strip()
    if not reason:
        raise Invalid(fields={"reason": _("Say why. The author needs a reason.")})
    if not times.now() < until <= times.now() + LONGEST:
        raise Invalid(fields={"until": _("Choose a time ahead, within a year.")})
    counted = _open(post)
    refused = may_hold(counted, by)
    if refused:
        raise Forbidden(refused)
    asked = counted.submission
    _close(asked, by)
    made = Hold(
        id=new_id(),
        organization_id=asked.organization_id,
        region_id=asked.region_id,
        post_id=asked.post_id,
        submission_id=asked.id,
        person_id=by.id,
        reason=reason,
        until=until,
    )
    session.add(made)
    asked.held_at, asked.held_until = times.now(), until
    if asked.cleared_at is not None:
        clearance.unclear(asked, by)
    set_aside(counted, by)
    asked.stage = 0
    session.flush()
    number = asked.revision.number
    events.record("hold.begun", made, by=by, text=reason, post=post.id, number=number, until=times.iso(until))
    asking.nobody(asked)
    lifecycle.project(asked.post)
    return made


def _open(post: Post) -> Tally:
    clearance.hold(post)
    asked = submission.open_of(post)
    if asked is None:
        raise Conflict(_("It is not waiting for approval any more."))
    return tally.of(asked)


def set_aside(counted: Tally, by: Person | None) -> None:
    """Every yes so far is asked for again. They stay in the history."""
    number = counted.submission.revision.number
    for each in counted.decisions:
        each.undone_at = times.now()
        events.record("decision.set_aside", each, by=by, post=each.post_id, verdict=each.verdict, number=number)


def _close(asked: Submission, by: Person | None) -> None:
    """End the hold there is, if any."""
    query = sa.update(Hold).where(Hold.submission_id == asked.id, Hold.ended_at.is_(None))
    session.execute(query.values(ended_at=times.now(), ended_by_id=by.id if by else None))


def lift(post: Post, by: Actor) -> None:
    """Lift the hold by hand: it is asked again. Twice is once."""
    counted = _open(post)
    row = session.scalars(
        sa.select(Hold).where(Hold.submission_id == counted.submission.id, Hold.ended_at.is_(None))
    ).first()
    if row is None:
        return
    if row.person_id != by.id:
        refused = may_hold(counted, by)
        if refused:
            raise Forbidden(refused)
    _end(row, counted, by)


def _end(row: Hold, counted: Tally, by: Person | None) -> None:
    asked, now = counted.submission, times.now()
    row.ended_at, row.ended_by_id = now, by.id if by else None
    if asked.held_until is None or asked.held_until > now:
        asked.held_until = now
    asked.waiting_since = now
    session.flush()
    events.record("hold.ended", row, by=by, post=asked.post_id, number=asked.revision.number)
    clearance.settle(asked, by, counted)


def lift_due(limit: int = 200) -> int:
    """Holds whose date has come: it is asked again; answers how many. Posts somebody holds a lock on come next time."""
    now = times.now()
    query = sa.select(Post.id).join(Hold, Hold.post_id == Post.id).where(Hold.ended_at.is_(None), Hold.until <= now)
    if not db.is_sqlite():
        query = query.with_for_update(of=Post, skip_locked=True)
    posts = session.scalars(query.order_by(Hold.until).limit(limit)).all()
    rows = session.scalars(
        sa.select(Hold)
        .where(Hold.post_id.in_(posts), Hold.ended_at.is_(None), Hold.until <= now)
        .execution_options(populate_existing=True)
    ).unique()
    return sum(_passed(row) for row in rows.all())


def _passed(row: Hold) -> int:
    asked = session.get_one(Submission, row.submission_id, populate_existing=True)
    if asked.ended_at is not None:
        row.ended_at = times.now()
    else:
        _end(row, tally.of(asked), None)
    return 1
