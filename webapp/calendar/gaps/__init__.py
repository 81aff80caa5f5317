"""Too little: stretches of a region's market hours in which nothing goes out for longer than it wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from webapp import times
from webapp.people.models import Region

from ..basis import known


@dataclass(frozen=True)
class Gap:
    """From an instant until another nothing goes out."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)


def of_day(region: Region, day: date, taken: Iterable[datetime], hours: int, now: datetime) -> list[Gap]:
    """Gaps that are still ahead, within the market hours of a day there; none where nothing is wished."""
    span = market_hours(region, day)
    if not hours or span is None:
        return []
    start, end = max(span[0], now), span[1]
    edges = [start, *sorted(at for at in taken if start <= at < end), end]
    longest = timedelta(hours=hours)
    return [Gap(a, b) for a, b in pairwise(edges) if b - a > longest]


def market_hours(region: Region, day: date) -> tuple[datetime, datetime] | None:
    """The hours of a day in which posts reach people there; the whole day where any hour does. Hours that run over
    midnight end in the next day."""
    zone = known(region.zone)
    if not region.market_start or not region.market_end:
        return times.day_bounds(day, zone)
    here = times.here(zone)
    over = region.market_end <= region.market_start
    start = datetime.combine(day, time.fromisoformat(region.market_start), here)
    end = datetime.combine(day + timedelta(days=over), time.fromisoformat(region.market_end), here)
    found = start.astimezone(UTC), end.astimezone(UTC)
    return found if found[0] < found[1] else None
