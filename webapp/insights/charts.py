"""The geometry of the charts: plain numbers for the SVG that templates draw. Charts are never mirrored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .figures import Spread

WIDE, HIGH, GAP = 326, 100, 2
ROWS = 6
"""So many bars are drawn; the table has all."""


@dataclass(frozen=True)
class Column:
    """A day, or a week by its first day. Heights from the ground up, of the median and of nine in ten."""

    first: date
    found: Spread | None
    x: float
    width: float
    median: float
    ninth: float


def columns(days: Sequence[date], found: Mapping[date, Spread]) -> list[Column]:
    """One for each day or week, with room for the slowest. No column is drawn for no decision."""
    top = max((_seconds(each.ninth) for each in found.values()), default=0) or 1
    each_wide = WIDE / len(days)
    return [_column(n, day, found.get(day), each_wide, top) for n, day in enumerate(days)]


def _column(n: int, day: date, found: Spread | None, each_wide: float, top: float) -> Column:
    gap = min(GAP, each_wide / 4)
    high = [_high(found.median, top), _high(found.ninth, top)] if found else [0.0, 0.0]
    return Column(day, found, round(n * each_wide, 1), round(each_wide - gap, 1), *high)


def _high(value: timedelta | None, top: float) -> float:
    """At least a line: no working time at all is still a decision."""
    return max(1.5, round(_seconds(value) / top * HIGH, 1))


def _seconds(value: timedelta | None) -> float:
    return value.total_seconds() if value else 0


def shares(values: Sequence[timedelta | None]) -> list[float]:
    """How long each bar is, in percent of the longest."""
    top = max((_seconds(value) for value in values), default=0) or 1
    return [round(_seconds(value) / top * 100, 1) for value in values]


def parts(counts: Sequence[int]) -> list[tuple[float, float]]:
    """Offset and width of each part of a bar that is `WIDE` long, a little apart; nothing for none."""
    shown = [n for n in counts if n]
    room, at, found = WIDE - GAP * (len(shown) - 1), 0.0, []
    for n in counts:
        wide = room * n / sum(shown) if n else 0
        found.append((round(at, 1), round(wide, 1)))
        at += wide + GAP if n else 0
    return found
