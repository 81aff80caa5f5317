"""Approvals: slots that passed without their yes."""

from webapp.approvals import sweep

from . import job


@job
def expire_due() -> int:
    """Expire submissions whose slot has passed; answers how many."""
    return sweep.expire_due()
