"""Weeks and months as a place counts them: CLDR says on which day a week starts and which days are its weekend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_day_names

from webapp import times
from webapp.i18n import digits, locale

DAY = timedelta(days=1)
EARLIEST, LATEST = date(2000, 1, 10), date(2099, 12, 1)
"""Days a calendar can be opened at: a month around each is still one that `times` can place."""


@dataclass(frozen=True)
class Week:
    """How a country counts: weekdays from 0 (Monday)."""

    first: int
    weekend: frozenset[int]

    def start(self, day: date) -> date:
        """The first day of the week that holds a day."""
        return day - timedelta(days=(day.weekday() - self.first) % 7)

    def of(self, day: date) -> list[date]:
        """The seven days of the week that holds a day."""
        start = self.start(day)
        return [start + n * DAY for n in range(7)]

    def month(self, day: date) -> list[date]:
        """Whole weeks that hold every day of a month, four to six of them."""
        first = day.replace(day=1)
        last = next_month(first) - DAY
        start, end = self.start(first), self.start(last)
        return [start + n * DAY for n in range((end - start).days + 7)]


@cache
def week_in(country: str, fallback: Locale | None = None) -> Week:
    """The week of a country (ISO 3166, two letters); of a locale where CLDR does not know it."""
    try:
        found = Locale.parse(f"und_{country}") if country else fallback
    except (UnknownLocaleError, ValueError):
        found = fallback
    found = found or Locale("en", "001")
    days = (found.weekend_end - found.weekend_start) % 7 + 1
    return Week(found.first_week_day, frozenset((found.weekend_start + n) % 7 for n in range(days)))


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + 32 * DAY).replace(day=1)


def last_month(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - DAY).replace(day=1)


def month_of(day: date) -> list[date]:
    """Every day of the month that holds a day."""
    first = day.replace(day=1)
    return [first + n * DAY for n in range((next_month(first) - first).days)]


def fit(day: date) -> date:
    """The nearest day that a calendar can be opened at."""
    return min(max(day, EARLIEST), LATEST)


def bounds(days: Sequence[date], zone: str) -> list[datetime]:
    """The first instant of each of these consecutive local days, and of the day after them; never going back.

    A day that a zone skipped (Apia, 30 December 2011) begins where the next one does.
    """
    found: list[datetime] = []
    for day in (*days, days[-1] + DAY):
        start = times.day_bounds(day, zone)[0]
        found.append(max(start, found[-1]) if found else start)
    return found


def month_name(day: date) -> str:
    """`November`, with the year when it is not this one; in the reader's language, as it stands alone."""
    if day.year == times.now().year:
        return str(format_date(day, "LLLL", locale=locale()))
    return digits(format_skeleton("yMMMM", day, locale=locale()))


def weekday(day: date, width: str = "abbreviated") -> str:
    """`Mon`, `Mo` (short) or `Monday` (wide)."""
    return str(get_day_names(width, context="stand-alone", locale=locale())[day.weekday()])  # type: ignore[arg-type]


def weekday_name(number: int) -> str:
    """`Monday` for 0."""
    return str(get_day_names("wide", context="stand-alone", locale=locale())[number])


def short(day: date) -> str:
    """`26 Nov`."""
    return digits(format_skeleton("MMMd", day, locale=locale()))


def dated(day: date) -> str:
    """`Thu 26 Nov`."""
    return digits(format_skeleton("MMMEd", day, locale=locale()))
