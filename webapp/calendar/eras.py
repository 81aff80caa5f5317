"""The date that a country says beside the Gregorian one: the Hijri of Umm al-Qura, the Buddhist year, Japan's era.

Which country says which follows CLDR (supplemental data, `calendarPreferenceData`). The Buddhist year is the Gregorian
one and 543. Japan's eras are law: the days on which the modern ones began. Umm al-Qura is a published table, which the
package `hijridate` has for 1343 to 1500 AH (1924 to 2077); beyond it nothing is said.
"""

from collections.abc import Callable
from datetime import date

from babel import Locale
from hijridate import Gregorian

from webapp.i18n import N_, _, digits, number

BUDDHIST = 543
ERAS = (
    (date(2019, 5, 1), N_("Reiwa %(year)s")),
    (date(1989, 1, 8), N_("Heisei %(year)s")),
    (date(1926, 12, 25), N_("Shōwa %(year)s")),
    (date(1912, 7, 30), N_("Taishō %(year)s")),
    (date(1868, 10, 23), N_("Meiji %(year)s")),
)
"""Their first days, the newest first."""
MONTHS = (
    N_("%(day)s Muharram %(year)s AH"),
    N_("%(day)s Safar %(year)s AH"),
    N_("%(day)s Rabi I %(year)s AH"),
    N_("%(day)s Rabi II %(year)s AH"),
    N_("%(day)s Jumada I %(year)s AH"),
    N_("%(day)s Jumada II %(year)s AH"),
    N_("%(day)s Rajab %(year)s AH"),
    N_("%(day)s Shaban %(year)s AH"),
    N_("%(day)s Ramadan %(year)s AH"),
    N_("%(day)s Shawwal %(year)s AH"),
    N_("%(day)s Dhu al-Qadah %(year)s AH"),
    N_("%(day)s Dhu al-Hijjah %(year)s AH"),
)


def hijri(day: date) -> str:
    """`17 Jumada II 1448 AH`; nothing beyond the table."""
    try:
        found = Gregorian.fromdate(day).to_hijri()
    except OverflowError:
        return ""
    return _(MONTHS[found.month - 1], day=number(found.day), year=digits(str(found.year)))


def buddhist(day: date) -> str:
    """`2569 BE`."""
    return _("%(year)s BE", year=digits(str(day.year + BUDDHIST)))


def japanese(day: date) -> str:
    """`Reiwa 8`; nothing before the first modern era."""
    for first, words in ERAS:
        if day >= first:
            return _(words, year=number(day.year - first.year + 1))
    return ""


Beside = Callable[[date], str]
SAID: dict[str, Beside] = {
    **dict.fromkeys(("AE", "BH", "KW", "QA", "SA"), hijri),
    "JP": japanese,
    "TH": buddhist,
}
"""By country."""


def beside(country: str, reader: Locale) -> Beside:
    """What a country says of a day, or the reader's own where none is known; nothing where only one date is usual."""
    return SAID.get(country or reader.territory or "", lambda _day: "")
