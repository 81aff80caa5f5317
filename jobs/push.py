"""Telling people: messages to devices and mail that waits to leave."""

from functools import partial

from webapp import db
from webapp.push import mailing, sending, settling

from . import job
from .queue import ring


@job
def push_due() -> int:
    """Plan, push and mail what is due for a moment, and ring for the rest; answers how many messages left."""
    left, more = sending.tell_due(partial(ring, "push_due"))
    settling.mail_unseen()
    db.commit()
    left += sending.send_due() + mailing.push_due()
    if more or sending.more_due() or mailing.more_due():
        ring("push_due")
    return left
