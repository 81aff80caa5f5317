"""Telling people: messages to devices and mail that waits to leave."""

from webapp import db
from webapp.push import mailing, planning, sending, settling

from . import job
from .queue import ring

MANY = 200
"""So many at once are worth another worker's help."""


@job
def push_due() -> int:
    """Plan, push and mail what is due for a moment, and ring for the rest; answers how many messages left."""
    planned = planning.plan_due()
    settling.mail_unseen()
    db.commit()
    if planned > MANY:
        ring("push_due")
    left = sending.send_due() + mailing.push_due()
    if planned == planning.BATCH or sending.more_due() or mailing.more_due():
        ring("push_due")
    return left
