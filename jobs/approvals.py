"""Approvals: slots that are near or passed without their yes."""

from webapp.approvals import recount, sweep

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
def recount_open() -> int:
    """Bring everything open in line with who may decide now, in case it was missed; answers how many differed."""
    return recount.everything()
