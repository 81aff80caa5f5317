"""Working time: the hours people work in a place, and counting along them over zones and clock changes.

A deadline in working hours runs while somebody who must act is at work. Walls are placed in their zone day by day, so a
day of a clock change has the working hours it really has.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property

from . import times

Span = tuple[datetime, datetime]
"""First and last instant, UTC."""
DAY = timedelta(days=1)
_STEP, _FARTHEST = 28, 800
"""How many days are looked at in one go, and at most."""


@dataclass(frozen=True)
class Week:
    """Working hours in a place. `days`: ISO weekdays; `start` and `end`: `HH:MM` wall time in `zone`, the same day.

    `closed`: dates on which nobody works although the weekday says so.
    """

    zone: str
    days: frozenset[int] = frozenset(range(1, 6))
    start: str = "09:00"
    end: str = "17:00"
    closed: frozenset[date] = frozenset()

    @cached_property
    def _known(self) -> int:
        return hash((self.zone, self.days, self.start, self.end, self.closed))

    def __hash__(self) -> int:
        return self._known

    def on(self, day: date) -> Span | None:
        """The working hours of a local day; None on a day off."""
        return _span(self, day)

    def spans(self, first: date, last: date) -> Iterator[Span]:
        """The working hours of each local day, both ends included."""
        for n in range((last - first).days + 1):
            span = _span(self, first + n * DAY)
            if span is not None:
                yield span

    def working_days(self, first: date, before: date) -> int:
        """How many working days from a day on, and before another."""
        ahead = (first + n * DAY for n in range((before - first).days))
        return sum(day.isoweekday() in self.days and day not in self.closed for day in ahead)

    @property
    def daily(self) -> float:
        """Hours of a working day."""
        start, end = (_minutes(wall) for wall in (self.start, self.end))
        return max(0, end - start) / 60


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


@cache
def _span(week: Week, day: date) -> Span | None:
    if day.isoweekday() not in week.days or day in week.closed:
        return None
    here = times.here(week.zone)
    start, end = (
        datetime.combine(day, time.fromisoformat(wall), here).astimezone(UTC) for wall in (week.start, week.end)
    )
    return (start, end) if start < end else None


def spans(weeks: Iterable[Week], start: datetime, end: datetime) -> list[Span]:
    """When anybody works between two instants: in order, cut to them, none touching another."""
    found: list[Span] = []
    for week in set(weeks):
        first, last = times.local(start, week.zone).date(), times.local(end, week.zone).date()
        cut = ((max(a, start), min(b, end)) for a, b in week.spans(first, last))
        found += [span for span in cut if span[0] < span[1]]
    return _joined(sorted(found))


def _joined(found: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def between(weeks: Iterable[Week], start: datetime, end: datetime) -> timedelta:
    """How much of the time between two instants somebody works."""
    return sum((b - a for a, b in spans(weeks, start, end)), timedelta())


def within(week: Week, start: datetime, end: datetime) -> timedelta:
    """The same of one week, by the ten thousand: its days never touch."""
    first, last = times.local(start, week.zone).date(), times.local(end, week.zone).date()
    found = timedelta()
    for opens, closes in week.spans(first, last):
        opens, closes = max(opens, start), min(closes, end)
        if opens < closes:
            found += closes - opens
    return found


def shared(one: Week, other: Week, start: datetime, end: datetime) -> timedelta:
    """How long both work between two instants."""
    return between([one], start, end) + between([other], start, end) - between([one, other], start, end)


def after(weeks: Iterable[Week], start: datetime, amount: timedelta) -> datetime | None:
    """The first instant by which so much working time has passed; None when nobody ever works that long."""
    weeks = list(weeks)
    if amount <= timedelta():
        return start
    for n in range(0, _FARTHEST, _STEP):
        for a, b in spans(weeks, start + n * DAY, start + (n + _STEP) * DAY):
            if b - a >= amount:
                return a + amount
            amount -= b - a
    return None


def at_work(weeks: Iterable[Week], at: datetime) -> bool:
    """Whether somebody works at an instant."""
    return any(a <= at < b for a, b in spans(weeks, at, at + timedelta(seconds=1)))
