"""When an answer is due, and the order of lists that follows from it."""

from datetime import UTC, datetime

MIRROR = datetime(2500, 1, 1, tzinfo=UTC)
"""What does not wait comes after all that waits, the newest first: its place is as far before this as it is old."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def sort_at(due_at: datetime | None, last_at: datetime) -> datetime:
    """The place of a conversation in every list, always ascending: by deadline, then the others, the newest first."""
    return due_at if due_at is not None else MIRROR - (last_at - _BEGINNING)
