"""Approvals: slots that are near or passed without their yes."""

from webapp.approvals import sweep

from . import job


@job
def remind_due() -> int:
    """Remind of slots that are near and have no yes; answers how many."""
    return sweep.remind_due()


@job
def expire_due() -> int:
    """Expire submissions whose slot has passed; answers how many."""
    return sweep.expire_due()
