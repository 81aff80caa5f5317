"""A new time for a post whose slot passed: the same hour on the next working day there, or the nearest that is free.

Suggested, never taken: the author taps, and the same content is sent for approval again with the new time.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from webapp import db, events, times
from webapp.approvals import submission
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.people.hours import week_of
from webapp.people.permissions import Actor
from webapp.posts import checks, lifecycle, queries, revisions
from webapp.posts.models import Post, Variant

APART = timedelta(minutes=30)
"""Slots on one channel stay so far apart."""
EARLIEST = timedelta(minutes=30)
"""So much time is left to say yes."""
_DAYS, _SHIFTS = 14, 12


def suggested(post: Post) -> times.Planned | None:
    """The new slot for a post that missed its own; None when it had none, or nothing is free in two weeks."""
    if post.planned_at is None or post.as_soon:
        return None
    wall, week = times.local(post.planned_at, post.zone).replace(tzinfo=None, fold=0), week_of(post.region)
    taken = _taken(post)
    first = times.today(post.zone)
    for n in range(_DAYS):
        day = first + timedelta(days=n)
        if day.isoweekday() not in (week.days or range(1, 8)) or _passed(day, wall, post.zone):
            continue
        for shift in range(_SHIFTS):
            later = wall + shift * APART
            found = _place(day, later, post.zone) if later.date() == wall.date() else None
            if found and _free(found.at, taken):
                return found
    return None


def _place(day: date, wall: datetime, zone: str) -> times.Planned | None:
    """The hour on that day there; nothing when the clocks skip or double it."""
    try:
        return times.plan(datetime.combine(day, wall.time()), zone)
    except times.TimeError:
        return None


def _passed(day: date, wall: datetime, zone: str) -> bool:
    """Whether the same hour on that day leaves no time to say yes."""
    found = _place(day, wall, zone)
    return found is not None and found.at < times.now() + EARLIEST


def _free(at: datetime, taken: list[datetime]) -> bool:
    return all(abs(at - other) >= APART for other in taken)


def _taken(post: Post) -> list[datetime]:
    """Slots of other posts that wait or go out on one of its channels in the next two weeks."""
    now, here, other = times.now(), aliased(Variant), aliased(Variant)
    query = (
        sa.select(Post.slot_at)
        .join(other, other.post_id == Post.id)
        .join(here, here.channel_id == other.channel_id)
        .where(
            here.post_id == post.id,
            Post.id != post.id,
            Post.organization_id == post.organization_id,
            Post.slot_at > now - APART,
            Post.slot_at < now + timedelta(days=_DAYS + 1),
            Post.state.in_(("waiting", "held", "approved", "scheduled", "sending")),
            Post.deleted_at.is_(None),
        )
    )
    return [at for at in session.scalars(query) if at is not None]


def take(post: Post, at: datetime, by: Actor) -> Submission:
    """Give the post the new slot and send it for approval again. Raises Conflict when it no longer missed its time or
    has changes that were not sent, Invalid while a check blocks."""
    db.lock(post)
    last = submission.last_of(post)
    if last is None or last.outcome != "expired" or post.current_id != last.revision_id:
        raise Conflict(_("It did not miss its time, or it was sent again already."))
    if revisions.differs(post):
        raise Conflict(_("It has changes that were not sent. Open it and choose a time there."))
    if at <= times.now() + checks.NEAR:
        raise Invalid(_("This time is too near. Choose another time."))
    planned = times.planned_from(at, post.zone)
    post.planned_at, post.wall = planned.at, planned.wall.isoformat(timespec="minutes")
    post.version += 1
    post.updated_at = times.now()
    post.search = queries.searchable(post)
    session.flush()
    lifecycle.project(post)
    events.record("post.moved", post, by=by, at=times.iso(planned.at), zone=planned.zone, version=post.version)
    return submission.submit(post, by)
