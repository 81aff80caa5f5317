"""Publishing: send what is due."""

from webapp.publishing import sending

from . import job


@job
def publish_due() -> int:
    """Claim a batch of what is due and send it; answers how many deliveries were taken."""
    return sending.publish_due()
