"""Whether a person may decide now, and if not, why: in words for the button that is not there."""

from webapp import times
from webapp.i18n import _
from webapp.people.permissions import Actor

from .models import Submission
from .tally import Tally


def may_decide(counted: Tally, actor: Actor, *, saying_no: bool = False) -> str | None:
    """None when they may, else the reason. A no is possible after the yes of others, until sending starts."""
    submission = counted.submission
    if submission.ended_at is not None or (submission.cleared_at is not None and not saying_no):
        return over(counted)
    if submission.held and not saying_no:
        return on_hold(submission)
    if counted.place(actor.id, saying_no=saying_no) is not None:
        return None
    return _why_not(counted, actor)


def on_hold(submission: Submission) -> str:
    """Until when nobody may say yes, where the post is."""
    assert submission.held_until
    zone = submission.post.region.zone
    when = {"hour": times.hour(submission.held_until, zone), "day": times.day(submission.held_until, zone)}
    until = _("%(hour)s, %(day)s, %(place)s", **when, place=times.place(zone))
    return _("It is on hold until %(until)s. Lift the hold to decide before.", until=until)


def _why_not(counted: Tally, actor: Actor) -> str:
    here = [counted.standings[n] for n in counted.open or (counted.stage,)]
    if any(actor.id in each.given for each in counted.standings):
        if not any(each.asked for each in here):
            return _("You have said yes already, and nobody else may decide here. Ask an administrator.")
        return _("You have said yes already. Somebody else decides too.")
    if actor.id in counted.authors and not any(each.stage.author_may for each in here):
        if not any(each.entitled for each in here):
            return _("Authors do not approve their own work, and nobody else may approve here. Ask an administrator.")
        return _("You wrote it, changed it or sent it, so somebody else decides.")
    if any(actor.id in each.entitled and each.lacking for each in here):
        return _("Somebody else must be among those who say yes here.")
    if any(actor.id in people for people in counted.asked.people):
        return _("It is not your turn yet. Somebody else decides first.")
    return _("Your role does not let you decide here. Ask an administrator.")


def over(counted: Tally) -> str:
    """Why there is nothing to decide any more: who decided what, and when."""
    submission, last = counted.submission, next(reversed(counted.decisions), None)
    if last is not None and submission.outcome in (None, "done", "sent_back", "rejected"):
        zone = submission.post.region.zone
        when = _("%(hour)s, %(place)s", hour=times.hour(last.at, zone), place=times.place(zone))
        return _said(last.verdict, last.name, when)
    if submission.outcome == "withdrawn":
        return _("The author took it back.")
    if submission.outcome == "expired":
        return _("Its time passed without a yes.")
    return _("A newer version was sent for approval.")


def _said(verdict: str, name: str, when: str) -> str:
    if verdict == "approve":
        return _("%(name)s approved it at %(when)s.", name=name, when=when)
    if verdict == "reject":
        return _("%(name)s rejected it at %(when)s.", name=name, when=when)
    return _("%(name)s asked for changes at %(when)s.", name=name, when=when)
