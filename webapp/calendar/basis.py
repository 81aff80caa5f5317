"""In whose time a calendar is read: each region's own, the reader's, or headquarters'. Always named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import get_timezone_name

from webapp import times
from webapp.i18n import N_, _, digits, locale
from webapp.people.models import Region

REGION, MINE, HEADQUARTERS = "region", "mine", "hq"
KEYS = (REGION, MINE, HEADQUARTERS)
_SHORT = 5
"""Letters a zone's short name has at most to be one people know, such as CET."""

UNKNOWN_ZONE = N_("Nod does not know the time zone of %(region)s (%(zone)s). Its times are shown in UTC.")


@dataclass(frozen=True)
class Basis:
    """`zone` None: each post in the time of its own region."""

    key: str
    zone: str | None
    label: str
    place: str

    def zone_of(self, region: Region) -> str:
        """The zone in which a post of a region is shown."""
        return self.zone or known(region.zone)

    def day(self, at: datetime, region: Region) -> date:
        """The calendar day of an instant."""
        return times.local(at, self.zone_of(region)).date()


def known(zone: str) -> str:
    """The zone, or UTC where the zone database has lost it."""
    try:
        times.zone(zone)
    except times.TimeError:
        return "UTC"
    return zone


def strange(regions: Sequence[Region]) -> list[str]:
    """A sentence for each region whose zone is not known."""
    lost = [region for region in regions if known(region.zone) != region.zone]
    return [_(UNKNOWN_ZONE, region=region.name, zone=region.zone) for region in lost]


def offered(regions: Sequence[Region], chosen: Region | None, mine: str, top: str) -> list[Basis]:
    """The ways to read it, the region's first. `top` is the zone of headquarters."""
    mine, top = known(mine), known(top)
    zones = {known(region.zone) for region in ([chosen] if chosen else regions)}
    if len(zones) == 1:
        zone = zones.pop()
        own = Basis(REGION, zone, times.place(zone), abbreviation(zone))
    else:
        own = Basis(REGION, None, _("Each region"), _("its own time"))
    return [
        own,
        Basis(MINE, mine, _("Mine"), times.place(mine)),
        Basis(HEADQUARTERS, top, _("HQ"), times.place(top)),
    ]


def abbreviation(zone: str) -> str:
    """`CET`, where the reader knows the zone by such a name; else its distance from UTC, `UTC+09`, `UTC+05:30`."""
    now = times.now()
    name = str(get_timezone_name(times.local(now, zone), width="short", locale=locale()))
    if len(name) <= _SHORT and name.isalpha():
        return name
    hours, minutes = times.local(now, zone).strftime("UTC%z %z").split()
    return digits(hours[:6] + (f":{minutes[3:5]}" if minutes[3:5] != "00" else ""))
