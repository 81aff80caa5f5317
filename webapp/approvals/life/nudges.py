"""A nudge by the author's side: whoever must act is told once more, at most once an hour."""

from datetime import datetime, timedelta

from webapp import events, times
from webapp.approvals import clearance, submission, tally
from webapp.approvals.models import Submission
from webapp.errors import Conflict, Forbidden
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission
from webapp.posts.models import Post

EVERY = timedelta(hours=1)


def again_at(asked: Submission) -> datetime | None:
    """When the next nudge is possible; None when it is now."""
    return after(asked.nudged_at)


def after(nudged_at: datetime | None) -> datetime | None:
    """When the next nudge is possible after one; None when it is now."""
    at = nudged_at + EVERY if nudged_at else None
    return at if at and at > times.now() else None


def may_nudge(asked: Submission | None, by: Actor) -> bool:
    """Whether the button is there: it waits, it is not on hold, and one is on the author's side."""
    if asked is None or asked.ended_at is not None or asked.cleared_at is not None or asked.held:
        return False
    late = asked.deadline is not None and asked.deadline <= times.now()
    return not late and by.may(Permission.WRITE, asked)


def nudge(post: Post, by: Actor) -> int:
    """Tell whoever must act; answers how many. Raises Conflict when it was done within the hour, or nobody waits."""
    clearance.hold(post)
    asked = submission.open_of(post)
    if not by.may(Permission.WRITE, post):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    if asked is None or not may_nudge(asked, by):
        raise Conflict(_("It is not waiting for approval any more."))
    at = again_at(asked)
    if at is not None:
        zone = post.region.zone
        again = _("%(hour)s, %(place)s", hour=times.hour(at, zone), place=times.place(zone))
        raise Conflict(_("They were nudged within the last hour. Again from %(when)s.", when=again))
    people = tally.of(asked).waiting_for()
    if not people:
        raise Conflict(_("Nobody may decide here now. Ask an administrator."))
    asked.nudged_at = times.now()
    events.record("submission.nudged", asked, by=by, post=post.id, number=asked.revision.number, people=len(people))
    return len(people)
