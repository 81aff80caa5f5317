"""Publishing: send what is due, hand pictures over ahead of it."""

from webapp.publishing import sending, staging

from . import job


@job
def publish_due() -> int:
    """Claim a batch of what is due and send it; answers how many deliveries were taken."""
    return sending.publish_due()


@job
def stage_ahead() -> int:
    """Start handing over the pictures of what goes out in the next minutes; answers how many uploads began."""
    return staging.stage_ahead()
