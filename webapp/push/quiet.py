"""Quiet hours: a span of wall time for weekdays and one for the weekend, in a named zone.

A span belongs to the day it begins on and may cross midnight. Whether an instant is quiet is asked of the wall clock
there, so an hour that comes twice is quiet twice, and one that is skipped is not missed.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from webapp import times

WEEKEND = (6, 7)
"""ISO days."""


class Span(NamedTuple):
    """From when to when, `HH:MM` wall time; the same twice means the whole day."""

    start: str
    end: str

    @property
    def begins(self) -> time:
        return time.fromisoformat(self.start)

    @property
    def ends(self) -> time:
        return time.fromisoformat(self.end)

    @property
    def sides(self) -> tuple[time, time]:
        return self.begins, self.ends

    @property
    def crosses(self) -> bool:
        """Whether it ends on the next day."""
        return self.ends <= self.begins


class Quiet(NamedTuple):
    """Zone (IANA) and spans; None: no quiet hours on those days."""

    zone: str
    week: Span | None
    weekend: Span | None

    def on(self, day: date) -> Span | None:
        """The span that begins on a day."""
        return self.weekend if day.isoweekday() in WEEKEND else self.week

    def at(self, instant: datetime) -> bool:
        """Whether it is quiet then."""
        there = times.local(instant, self.zone)
        wall, today = there.time(), there.date()
        span, before = self.on(today), self.on(today - timedelta(days=1))
        begun = span is not None and wall >= span.begins and (span.crosses or wall < span.ends)
        return begun or (before is not None and before.crosses and wall < before.ends)

    def until(self, instant: datetime) -> datetime:
        """The first instant from then on that is not quiet: itself when it is not; after a week of quiet, that."""
        found, last = instant, instant + timedelta(days=8)
        while self.at(found) and found < last:
            found = self._next_change(found)
        return found

    def change(self, instant: datetime) -> datetime | None:
        """When it next begins or ends to be quiet; None when it never does."""
        now, found, last = self.at(instant), instant, instant + timedelta(days=8)
        while found < last:
            found = self._next_change(found)
            if self.at(found) != now:
                return found
        return None

    def _next_change(self, after: datetime) -> datetime:
        """The next wall time at which something may change: an end of a span, midnight, a change of the clocks."""
        there = times.local(after, self.zone)
        marks = {mark for span in (self.week, self.weekend) if span for mark in span.sides} | {time()}
        walls = (datetime.combine(there.date() + timedelta(days=n), mark) for n in (0, 1, 2) for mark in marks)
        instants = (self._instant(wall, fold) for wall in walls for fold in (0, 1))
        return min(found for found in (*instants, *self._shift(after)) if found > after)

    def _instant(self, wall: datetime, fold: int) -> datetime:
        return wall.replace(tzinfo=times.here(self.zone), fold=fold).astimezone(UTC)

    def _shift(self, after: datetime) -> list[datetime]:
        """The minute at which the clocks change within a day, if they do: what it skips begins or ends then."""
        offset = times.local(after, self.zone).utcoffset()
        low, high = after, after + timedelta(days=1)
        if times.local(high, self.zone).utcoffset() == offset:
            return []
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            low, high = (middle, high) if times.local(middle, self.zone).utcoffset() == offset else (low, middle)
        return [high.replace(microsecond=0)]
