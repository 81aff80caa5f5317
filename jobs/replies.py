"""Replies: send what may leave, look up what is unknown."""

from webapp.inbox.replying import sending

from . import job


@job
def replies_due() -> int:
    """Claim what may leave and send it; answers how many calls were made."""
    return sending.send_due()
