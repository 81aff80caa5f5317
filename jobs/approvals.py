"""Approvals: slots that are near or passed without their yes, who is away, and what nobody answered."""

from webapp.approvals import asking, recount, sweep
from webapp.approvals.guests.mailing import sending
from webapp.approvals.life import sweep as life
from webapp.people.absence import absences

from . import job


@job
def remind_due() -> int:
    """Remind of slots that are near and have no yes; answers how many."""
    return sweep.remind_due()


@job
def expire_due() -> int:
    """Expire submissions whose slot has passed; answers how many."""
    return sweep.expire_due()


@job
def recount_due() -> int:
    """Count again where people or roles changed; answers how many posts were otherwise."""
    return recount.due()


@job
def recount_all() -> int:
    """Ask for everything open to be counted, in case a change was missed; answers for how many organizations."""
    return recount.ask_all()


@job
def guests_due() -> int:
    """Mail what waits to people outside; answers how many mails left."""
    return sending.send_due()


@job
def life_due() -> int:
    """Absences that begin or end, holds that are over, posts nobody answered in time; answers how many."""
    return absences.turn() + life.turn()


@job
def clear_asks() -> int:
    """Take away who was asked about what is over; answers about how many posts."""
    return asking.clear_away()
