"""Whether a person may decide now, and if not, why: in words for the button that is not there."""

from webapp import times
from webapp.i18n import _
from webapp.people.permissions import Actor

from . import quorum
from .tally import Tally


def may_decide(counted: Tally, actor: Actor, *, saying_no: bool = False) -> str | None:
    """None when they may, else the reason. A no is possible after the yes of others, until sending starts."""
    submission = counted.submission
    if submission.ended_at is not None or (submission.cleared_at is not None and not saying_no):
        return over(counted)
    here = counted.standings[counted.stage]
    if actor.id in here.entitled:
        mine = any(actor.id in each.given for each in counted.standings)
        return _("You have said yes already. Somebody else decides too.") if mine and not saying_no else None
    return _why_not(counted, actor, here)


def _why_not(counted: Tally, actor: Actor, here: quorum.Standing) -> str:
    if actor.id in counted.authors and not here.stage.author_may:
        if not here.entitled:
            return _("Authors do not approve their own work, and nobody else may approve here. Ask an administrator.")
        return _("You wrote it or sent it, so somebody else decides.")
    return _("Your role does not let you decide here. Ask an administrator.")


def over(counted: Tally) -> str:
    """Why there is nothing to decide any more: who decided what, and when."""
    submission, last = counted.submission, next(reversed(counted.decisions), None)
    if last is not None and submission.outcome in (None, "done", "sent_back", "rejected"):
        zone = submission.post.region.zone
        when = _("%(hour)s, %(place)s", hour=times.hour(last.at, zone), place=times.place(zone))
        return _said(last.verdict, last.person.name, when)
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
