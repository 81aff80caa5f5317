"""The date that a country says beside the Gregorian one: the Hijri of Umm al-Qura, the Buddhist year, Japan's era.

Which country says which follows CLDR (supplemental data, `calendarPreferenceData`). The Buddhist year is the Gregorian
one and 543. Japan's eras are law: the days on which the modern ones began. Umm al-Qura is a published table, which the
package `hijridate` has for 1343 to 1500 AH (1924 to 2077); beyond it nothing is said. How day, month, year and era
follow each other, and how two months are said together, are CLDR's patterns of the reader's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import tokenize_pattern
from hijridate import Gregorian, Hijri

from webapp.i18n import N_, _, digits, locale, number

BUDDHIST = 543
ERAS = (
    (date(2019, 5, 1), N_("Reiwa %(year)s"), "R"),
    (date(1989, 1, 8), N_("Heisei %(year)s"), "H"),
    (date(1926, 12, 25), N_("Shōwa %(year)s"), "S"),
    (date(1912, 7, 30), N_("Taishō %(year)s"), "T"),
    (date(1868, 10, 23), N_("Meiji %(year)s"), "M"),
)
"""Their first days, the newest first, and the letter that stands for each where there is no room."""
MONTHS = (
    N_("Muharram"),
    N_("Safar"),
    N_("Rabi I"),
    N_("Rabi II"),
    N_("Jumada I"),
    N_("Jumada II"),
    N_("Rajab"),
    N_("Shaban"),
    N_("Ramadan"),
    N_("Shawwal"),
    N_("Dhu al-Qadah"),
    N_("Dhu al-Hijjah"),
)
NAMED = "MMM"


@dataclass(frozen=True)
class Beside:
    """`day`: what is said of a day; `span`: of all these days together, without their numbers; `number`: in the cell of
    a day, its other number, or the other year on the days where a month or a year of it begins. Empty where nothing is
    said."""

    day: Callable[[date], str]
    span: Callable[[Sequence[date]], str]
    number: Callable[[date], str]


def hijri(day: date) -> str:
    """`17 Jumada II 1448 AH`; nothing beyond the table."""
    found = _hijri(day)
    return _written("GyMMMd", found) if found else ""


def hijri_months(days: Sequence[date]) -> str:
    """`Jumada I – Jumada II 1448 AH`, `Dhu al-Hijjah 1447 – Muharram 1448 AH`; of days in one month only that one."""
    first, last = _hijri(days[0]), _hijri(days[-1])
    if first is None or last is None:
        return ""
    if (first.year, first.month) == (last.year, last.month):
        return _written("GyMMM", first)
    parts = locale().interval_formats.get("GyMMM", {}).get("M" if first.year == last.year else "y", ())
    if len(parts) == 2:
        return _fill(parts[0], first) + _fill(parts[1], last)
    return _between(_written("GyMMM", first), _written("GyMMM", last))


@lru_cache(maxsize=1024)
def _hijri(day: date) -> Hijri | None:
    try:
        return Gregorian.fromdate(day).to_hijri()
    except OverflowError:
        return None


def _hijri_number(day: date) -> str:
    found = _hijri(day)
    return digits(str(found.day)) if found else ""


def _written(skeleton: str, found: Hijri) -> str:
    return _fill(str(locale().datetime_skeletons[skeleton]), found)


def _fill(pattern: str, found: Hijri) -> str:
    """A pattern of CLDR with what it asks for: a month by its name where three letters or more stand for it."""
    month = digits(str(found.month))
    said = {"d": digits(str(found.day)), "M": month, "y": digits(str(found.year)), "G": _("AH")}
    named = _(MONTHS[found.month - 1])
    return "".join(named if asked == NAMED else said.get(asked, "") or text for asked, text in _parts(pattern))


@cache
def _parts(pattern: str) -> list[tuple[str, str]]:
    """What a pattern asks for, and the text that stands there if it asks for nothing."""
    return [(_asked(*value), "") if kind == "field" else ("", str(value)) for kind, value in tokenize_pattern(pattern)]


def _asked(letter: str, times: int = 1) -> str:
    return letter if letter not in "ML" else "M" if times <= len("MM") else NAMED


def _between(first: str, last: str) -> str:
    return str(locale().interval_formats[None]).format(first, last)


def buddhist(day: date) -> str:
    """`2569 BE`."""
    return _("%(year)s BE", year=_buddhist_year(day))


def _buddhist_year(day: date) -> str:
    return digits(str(day.year + BUDDHIST))


def japanese(day: date) -> str:
    """`Reiwa 8`; nothing before the first modern era."""
    found = _era(day)
    return _(found[1], year=number(day.year - found[0].year + 1)) if found else ""


def _japanese_year(day: date) -> str:
    """`R8`."""
    found = _era(day)
    return f"{found[2]}{number(day.year - found[0].year + 1)}" if found else ""


def _era(day: date) -> tuple[date, str, str] | None:
    return next((era for era in ERAS if day >= era[0]), None)


def _years(said: Callable[[date], str], shortly: Callable[[date], str]) -> Beside:
    """Where only the year is another: a cell says it where a month or a year of it begins."""

    def span(days: Sequence[date]) -> str:
        first, last = said(days[0]), said(days[-1])
        return first if first == last else _between(first, last) if first and last else ""

    def number(day: date) -> str:
        return shortly(day) if day.day == 1 or shortly(day) != shortly(day - timedelta(days=1)) else ""

    return Beside(said, span, number)


NOTHING = Beside(lambda _day: "", lambda _days: "", lambda _day: "")
HIJRI = Beside(hijri, hijri_months, _hijri_number)
SAID = {
    **dict.fromkeys(("AE", "BH", "KW", "QA", "SA"), HIJRI),
    "JP": _years(japanese, _japanese_year),
    "TH": _years(buddhist, _buddhist_year),
}
"""By country."""


def beside(country: str, reader: Locale) -> Beside:
    """What a country says of a day, or the reader's own where none is known; nothing where only one date is usual."""
    return SAID.get(country or reader.territory or "", NOTHING)
