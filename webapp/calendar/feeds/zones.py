"""VTIMEZONE of a zone for a span of years: every change of its clocks by name, so that no app needs rules of its own.

Rules (RRULE) would be wrong where no rule holds: Morocco changes its clocks with the moon, Egypt by decree.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from webapp import times

from . import lines

_STEP, _FINE = timedelta(days=7), timedelta(seconds=1)


def changes(zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    """The first instant after each change of a zone's clocks. No zone changes them twice within a week."""
    at = start
    while at < end:
        after = at + _STEP
        if _clock(at, zone) != _clock(after, zone):
            yield _first(at, after, zone)
        at = after


def _clock(at: datetime, zone: str) -> tuple[timedelta | None, str | None]:
    there = times.local(at, zone)
    return there.utcoffset(), there.tzname()


def _first(low: datetime, high: datetime, zone: str) -> datetime:
    """By halving: the clocks at `low` and `high` differ."""
    before = _clock(low, zone)
    while high - low > _FINE:
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _clock(middle, zone) == before else (low, middle)
    return high


@lru_cache(maxsize=256)
def vtimezone(zone: str, start: datetime, end: datetime) -> tuple[str, ...]:
    """The lines of a VTIMEZONE that is right from an instant until another."""
    found = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    found += _part(zone, start, start)
    for change in changes(zone, start, end):
        found += _part(zone, change, change - _FINE)
    return (*found, "END:VTIMEZONE")


def _part(zone: str, at: datetime, before: datetime) -> list[str]:
    """From an instant on. Its start is written on the clocks as they stood the moment before (RFC 5545, 3.6.5)."""
    there, earlier = times.local(at, zone), times.local(before, zone)
    kind = "DAYLIGHT" if there.dst() else "STANDARD"
    offset = earlier.utcoffset() or timedelta()
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{lines.wall((at + offset).replace(tzinfo=None))}",
        f"TZOFFSETFROM:{_offset(earlier)}",
        f"TZOFFSETTO:{_offset(there)}",
        f"TZNAME:{lines.text(there.tzname() or zone)}",
        f"END:{kind}",
    ]


def _offset(at: datetime) -> str:
    """`+0100`, with seconds where a zone had some."""
    seconds = round((at.utcoffset() or timedelta()).total_seconds())
    sign, seconds = "-" if seconds < 0 else "+", abs(seconds)
    plain = f"{sign}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return plain + (f"{seconds % 60:02}" if seconds % 60 else "")
