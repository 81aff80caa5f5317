"""When the next digest of a person comes: at the wall times they chose, in their zone."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from webapp import times


def next_digest(after: datetime, zone: str, walls: Sequence[str]) -> datetime:
    """The first chosen time after an instant. One that the clocks skip that day comes when they have changed."""
    here, day = times.here(zone), times.local(after, zone).date()
    found = (
        datetime.combine(day + timedelta(days=n), time.fromisoformat(wall), here).astimezone(UTC)
        for n in range(3)
        for wall in walls
    )
    return min(at for at in found if at > after)
