"""Telling people: mail that waits to leave."""

from webapp.push import mailing

from . import job


@job
def push_due() -> int:
    """Send notifications whose mail is due; answers how many mails left."""
    return mailing.push_due()
