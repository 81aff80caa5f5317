"""Telling people: mail that waits to leave."""

from webapp.push import mailing

from . import job
from .queue import ring


@job
def push_due() -> int:
    """Send notifications whose mail is due for a moment, and ring for the rest; answers how many mails left."""
    left = mailing.push_due()
    if mailing.more_due():
        ring("push_due")
    return left
