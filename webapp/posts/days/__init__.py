"""Days on which a company may not want to post as on others: public holidays, days of mourning, closed Sundays.

Public holidays come from the `holidays` library, which computes them for each country and subdivision; days of
remembrance and Sundays without trading are not in it, so they are rules of our own beside it.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from webapp import i18n
from webapp.i18n import _

from . import mourning, trading

HOLIDAY, MOURNING, TRADING = "holiday", "mourning", "trading"
"""Kinds of days, as `Region.minded` names them."""


@dataclass(frozen=True)
class Day:
    """Why a day is not like others. `name` is in the reader's language where the library has it."""

    kind: str
    name: str


def of(country: str, subdivision: str, day: date) -> list[Day]:
    """What is special about a day in a place; nothing for a country nobody knows."""
    found = [Day(HOLIDAY, name) for name in _holidays(country, subdivision, day.year, i18n.language()).get(day, ())]
    found += [Day(MOURNING, _(name)) for name in mourning.of(country, day)]
    if trading.closed(country, day) and not any(each.kind == HOLIDAY for each in found):
        found.append(Day(TRADING, _("Sunday without trading")))
    return found


def public(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of a place in a year; none for a country nobody knows."""
    return frozenset(_holidays(country, subdivision, year, "en"))


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str, year: int, language: str) -> dict[date, tuple[str, ...]]:
    """A year of a place. An unknown subdivision counts as the whole country."""
    known = holidays.list_supported_countries()
    if country not in known:
        return {}
    part = subdivision if subdivision in known[country] else None
    calendar = holidays.country_holidays(country, subdiv=part, years=year, language=_spoken(country, language))
    return {day: tuple(calendar.get_list(day)) for day in list(calendar)}


def _spoken(country: str, language: str) -> str | None:
    """The reader's language where the library has it, else English, else the country's own."""
    offered = holidays.country_holidays(country).supported_languages
    for wanted in (language, "en_US", "en_GB", "en"):
        match = next((each for each in offered if each == wanted or each.split("_")[0] == wanted), None)
        if match:
            return str(match)
    return None
