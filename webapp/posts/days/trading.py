"""Sundays on which shops are closed by law. Poland opens them on a few Sundays a year, others on none.

Poland: Act of 10 January 2018 on limiting trade on Sundays, article 7: open on the last Sundays of January, April,
June and August, on the one before Easter, and before Christmas Eve on two, since 2025 on three (it is free since).
"""

from datetime import date, timedelta

SUNDAY = 6
_ALL = frozenset({"AT", "CH", "DE", "NO"})
_LAST_OF = (1, 4, 6, 8)


def closed(country: str, day: date) -> bool:
    """Whether shops are closed on this day because it is a Sunday."""
    if day.weekday() != SUNDAY:
        return False
    return country in _ALL or (country == "PL" and not _open_in_poland(day))


def _open_in_poland(day: date) -> bool:
    last_of_month = day.month in _LAST_OF and (day + timedelta(days=7)).month != day.month
    before_christmas = timedelta() < date(day.year, 12, 24) - day <= timedelta(days=_before_christmas(day.year))
    return last_of_month or before_christmas or day == easter(day.year) - timedelta(days=7)


def _before_christmas(year: int) -> int:
    """Days before Christmas Eve that hold the open Sundays."""
    return 21 if year >= 2025 else 14


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, before = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, before + 1)
