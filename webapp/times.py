"""Instants, zones and wall time. No other module asks for the time or makes a zone.

A planned time is kept three ways: the instant (UTC), the zone (IANA name) and the wall time that a person typed.
Hours that a clock change skips or doubles are caught when typed, by a round trip through the zone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_skeleton, format_time, format_timedelta

from .i18n import digits, locale

_WALL = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::00)?", re.ASCII)
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
ACCENTED = {"America/Sao_Paulo": "São Paulo"}
"""Cities that CLDR leaves as the zone database spells them, which knows no accents."""


def _real_now() -> datetime:
    return datetime.now(UTC)


clock: Callable[[], datetime] = _real_now


def now() -> datetime:
    """The present instant, UTC."""
    return clock()


class TimeError(ValueError):
    """A time that cannot be. `kind` says why: form, range, zone, skipped or doubled."""

    def __init__(self, kind: str, choices: tuple[datetime, ...] = ()) -> None:
        super().__init__(kind)
        self.kind, self.choices = kind, choices


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "posixrules", "Factory"}


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. TimeError("zone") for anything else (never a path)."""
    if name not in _known():
        raise TimeError("zone")
    return ZoneInfo(name)


@cache
def here(name: str) -> ZoneInfo:
    """The zone in which times are shown and counted; UTC where the zone database has lost it, so that nothing breaks.
    What is planned anew asks `zone`, and is refused."""
    return zone(name) if name in _known() else ZoneInfo("UTC")


def zones() -> list[str]:
    """All zones a person can choose, sorted: places, not abbreviations."""
    return [*sorted(n for n in _known() if "/" in n and not n.startswith(("Etc/", "SystemV/", "US/"))), "UTC"]


@dataclass(frozen=True)
class Planned:
    """A planned time: `at` (UTC instant), `zone` (IANA), `wall` (naive, as typed)."""

    at: datetime
    zone: str
    wall: datetime


def parse_wall(text: str) -> datetime:
    """`2026-11-26T18:30` as a naive wall time. TimeError("form") or ("range")."""
    found = _WALL.fullmatch(text.strip())
    if not found:
        raise TimeError("form")
    try:
        wall = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        raise TimeError("range") from None
    if not _EARLIEST <= wall.date() < _LATEST:
        raise TimeError("range")
    return wall


def plan(wall: datetime, zone_name: str, fold: int | None = None) -> Planned:
    """Place a wall time in a zone.

    An hour that does not exist raises TimeError("skipped") with the instants just before and after; one that comes
    twice raises TimeError("doubled") with both instants, unless `fold` (0 first, 1 second) chooses.
    """
    there = zone(zone_name)
    first, second = (wall.replace(tzinfo=there, fold=n).astimezone(UTC) for n in (0, 1))
    if first == second:
        return Planned(first, zone_name, wall)
    if first.astimezone(there).replace(tzinfo=None) != wall:
        raise TimeError("skipped", (min(first, second), max(first, second)))
    if fold not in (0, 1):
        raise TimeError("doubled", (first, second))
    return Planned((first, second)[fold], zone_name, wall)


def planned_from(at: datetime, zone_name: str) -> Planned:
    """The planned time of an instant in a zone."""
    return Planned(at.astimezone(UTC), here(zone_name).key, local(at, zone_name).replace(tzinfo=None, fold=0))


def local(at: datetime, zone_name: str) -> datetime:
    """An instant as an aware local time."""
    return at.astimezone(here(zone_name))


def today(zone_name: str) -> date:
    """The calendar day it is there now."""
    return local(now(), zone_name).date()


def day_bounds(day: date, zone_name: str) -> tuple[datetime, datetime]:
    """First instant of a local day and of the next one (23 to 25 hours apart on days of a clock change)."""
    there = here(zone_name)
    start, end = (datetime.combine(d, time(), there).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return start, end


def place(zone_name: str) -> str:
    """The city of a zone in the reader's language: `Europe/Warsaw` is `Warsaw`, in Polish `Warszawa`; `UTC` for one
    that is lost, since its times are shown in that."""
    zone_name = here(zone_name).key
    city = locale().time_zones.get(zone_name, {}).get("city") or ACCENTED.get(zone_name)
    return city or zone_name.rsplit("/", 1)[-1].replace("_", " ")


def hour(at: datetime, zone_name: str) -> str:
    """`18:30` there, in the reader's format."""
    return digits(format_time(local(at, zone_name), "short", tzinfo=here(zone_name), locale=locale()))


def day(at: datetime, zone_name: str) -> str:
    """`Thu 26 Nov` there, in the reader's language; with the year when it is not this one."""
    there = local(at, zone_name)
    # In CLDR's own order of letters: any other order makes Babel search all skeletons for the nearest.
    skeleton = "MMMEd" if there.year == today(zone_name).year else "yMMMEd"
    return digits(format_skeleton(skeleton, there, tzinfo=here(zone_name), locale=locale()))


def full_date(day_: date) -> str:
    """A date written out in the reader's language."""
    return digits(format_date(day_, "long", locale=locale()))


def distance(at: datetime, granularity: Literal["day", "hour", "minute", "second"] = "minute") -> str:
    """`in 5 hours` or `3 minutes ago`, from now, in the reader's language."""
    delta = at - now()
    words = format_timedelta(delta, granularity=granularity, add_direction=True, threshold=0.9, locale=locale())
    return digits(words)


def iso(at: datetime) -> str:
    """RFC 3339 in UTC, for machines (`datetime` attributes, feeds, exports)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
