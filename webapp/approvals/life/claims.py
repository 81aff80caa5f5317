""" "I have it": a mark that somebody is at it, for two hours of their working time. It takes nothing from anybody."""

from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from webapp import events, times, working
from webapp.approvals import clearance, eligibility, submission, tally
from webapp.approvals.models import Submission
from webapp.db import Instant, new_id, session
from webapp.errors import Conflict, Forbidden
from webapp.i18n import _
from webapp.people import hours
from webapp.people.models import Person
from webapp.people.permissions import Actor
from webapp.posts.models import Post

from .models import Claim

LASTS = timedelta(hours=2)


@cache
def holder() -> sa.ScalarSelect[str]:
    """Who has a submission now, by name: for lists of submissions."""
    now = sa.bindparam("claimed_at", callable_=times.now, type_=Instant())
    mine = sa.and_(Claim.submission_id == Submission.id, Claim.ended_at.is_(None), Claim.until > now)
    query = sa.select(Person.name).join(Claim, Claim.person_id == Person.id).where(mine)
    return query.correlate(Submission).scalar_subquery()


def current(asked: Submission) -> Claim | None:
    """Who has it now. Nobody is looked for where the submission was read with their name and has none."""
    if vars(asked).get("claimed_by", asked) is None:
        return None
    return session.scalars(_current(), {"submission": asked.id, "now": times.now()}).unique().first()


@cache
def _current() -> sa.Select[Claim]:
    now = sa.bindparam("now", type_=Instant())
    mine = Claim.submission_id == sa.bindparam("submission")
    return sa.select(Claim).where(mine, Claim.ended_at.is_(None), Claim.until > now)


def take(post: Post, by: Actor) -> Claim:
    """Mark it as one's own for a while. Again is longer; Conflict while somebody else has it; Forbidden."""
    clearance.hold(post)
    asked = submission.open_of(post)
    if asked is None or asked.cleared_at is not None:
        raise Conflict(_("It is not waiting for approval any more."))
    refused = eligibility.may_decide(tally.of(asked), by)
    if refused:
        raise Forbidden(refused)
    there = current(asked)
    if there is not None and there.person_id != by.id:
        raise Conflict(_("%(name)s has it already.", name=there.person.name))
    _end(asked)
    made = Claim(
        id=new_id(),
        organization_id=asked.organization_id,
        region_id=asked.region_id,
        post_id=post.id,
        submission_id=asked.id,
        person_id=by.id,
        until=until(by),
    )
    session.add(made)
    session.flush()
    if there is None:
        events.record("claim.made", made, by=by, post=post.id, until=times.iso(made.until))
    return made


def until(by: Actor) -> datetime:
    """Two hours of a person's working time from now; by the clock for who works nowhere."""
    now = times.now()
    return working.after(hours.weeks(by.organization_id, [by.id]), now, LASTS) or now + LASTS


def _end(asked: Submission) -> None:
    query = sa.update(Claim).where(Claim.submission_id == asked.id, Claim.ended_at.is_(None))
    session.execute(query.values(ended_at=times.now()))


def release(post: Post, by: Actor) -> None:
    """Leave it to others again; only one's own, twice is once."""
    clearance.hold(post)
    asked = submission.last_of(post)
    there = current(asked) if asked else None
    if there is None:
        return
    if there.person_id != by.id:
        raise Forbidden(_("Only %(name)s can let go of it.", name=there.person.name))
    there.ended_at = times.now()
    events.record("claim.released", there, by=by, post=post.id)
