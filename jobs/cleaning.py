"""Forgetting what has had its time."""

from webapp.ops import forget

from . import job


@job
def forget_old() -> int:
    """Delete rows that are of no use any more; answers how many."""
    return forget.old()
