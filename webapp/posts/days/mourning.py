"""Days that a country keeps in mourning or remembrance every year, on which cheerful posts hurt.

Public holidays are elsewhere. What a company mourns itself, and what a state declares for one day, cannot be known
ahead: that is for its own calendar.
"""

from datetime import date, timedelta

from webapp.i18n import N_

from .trading import SUNDAY, easter

_FIXED: dict[tuple[str, int, int], str] = {
    ("PL", 4, 10): N_("Anniversary of the Smolensk disaster"),
    ("PL", 8, 1): N_("Anniversary of the Warsaw Rising"),
    ("PL", 9, 1): N_("Anniversary of the outbreak of war"),
    ("PL", 11, 2): N_("All Souls' Day"),
    ("DE", 1, 27): N_("Day of remembrance of the victims of National Socialism"),
    ("US", 9, 11): N_("Anniversary of the attacks of 11 September"),
    ("JP", 3, 11): N_("Anniversary of the Tohoku earthquake"),
    ("JP", 8, 6): N_("Hiroshima remembrance"),
    ("JP", 8, 9): N_("Nagasaki remembrance"),
    ("NL", 5, 4): N_("Remembrance of the dead"),
    ("NO", 7, 22): N_("Anniversary of the attacks of 22 July"),
    ("RW", 4, 7): N_("Genocide remembrance"),
}
_CHRISTIAN = frozenset({"AT", "BE", "CH", "CZ", "ES", "FR", "IE", "IT", "PL", "PT", "SK", "SI"})


def of(country: str, day: date) -> list[str]:
    """Marked names of what is mourned there that day."""
    found = [name for key, name in _FIXED.items() if key == (country, day.month, day.day)]
    found += [name for name, when in _moving(country, day.year) if when == day]
    return found


def _moving(country: str, year: int) -> list[tuple[str, date]]:
    first_advent = _sunday_by(date(year, 12, 3))
    found = []
    if country in _CHRISTIAN:
        found.append((N_("Good Friday"), easter(year) - timedelta(days=2)))
    if country == "DE":
        found.append((N_("People's day of mourning"), first_advent - timedelta(days=14)))
        found.append((N_("Sunday of the dead"), first_advent - timedelta(days=7)))
    if country == "GB":
        found.append((N_("Remembrance Sunday"), _sunday_by(date(year, 11, 14))))
    return found


def _sunday_by(latest: date) -> date:
    """The last Sunday not after a day."""
    return latest - timedelta(days=(latest.weekday() - SUNDAY) % 7)
