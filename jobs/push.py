"""Telling people: messages to devices and mail that waits to leave."""

import time

from webapp import db
from webapp.push import mailing, planning, sending, settling

from . import job
from .queue import ring


@job
def push_due() -> int:
    """Plan, push and mail what is due for a moment, and ring for the rest; answers how many messages left."""
    began, left, planned = time.monotonic(), 0, planning.BATCH
    while planned == planning.BATCH and time.monotonic() - began < sending.PATIENCE:
        planned = planning.plan_due()
        settling.mail_unseen()
        db.commit()
        if planned == planning.BATCH:
            ring("push_due")  # another worker helps with the crowd
        left += sending.send_due()
    left += mailing.push_due()
    if planned == planning.BATCH or sending.more_due() or mailing.more_due():
        ring("push_due")
    return left
