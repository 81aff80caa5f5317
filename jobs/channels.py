"""Channels: a look at each now and then."""

from webapp.channels import sweep

from . import job


@job
def check_channels() -> int:
    """Ask the networks of channels that were not looked at for hours."""
    return sweep.check_due()
