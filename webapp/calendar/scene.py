"""What every view of the calendar stands on: the regions it shows, whose time it is read in, how weeks are counted."""

from dataclasses import dataclass
from datetime import date, datetime

from webapp import times
from webapp.i18n import locale
from webapp.people import regions as offices
from webapp.people.models import Region
from webapp.people.permissions import Actor

from . import basis, eras, spans
from .basis import Basis
from .wanted import Wanted


@dataclass(frozen=True)
class Scene:
    """`regions`: every one this person sees; `shown`: those the view is about; `chosen`: the only one, if one is.

    `beside`: what is said of a day there besides the Gregorian date.
    """

    actor: Actor
    wanted: Wanted
    regions: list[Region]
    shown: list[Region]
    chosen: Region | None
    bases: list[Basis]
    basis: Basis
    week: spans.Week
    beside: eras.Beside

    @property
    def today(self) -> date:
        """The day it is now in the time the calendar is read in."""
        return times.today(self.basis.zone or basis.known(self.actor.zone))

    @property
    def day(self) -> date:
        """The day the address asks for, else today."""
        return self.wanted.day or self.today

    @property
    def strange(self) -> list[str]:
        """What is wrong with zones, in sentences."""
        return basis.strange(self.shown)

    def groups(self, days: list[date]) -> list[tuple[list[Region], list[datetime]]]:
        """The regions, together where their days begin at the same instants, with those instants."""
        found: dict[tuple[datetime, ...], list[Region]] = {}
        for zone, regions in self._zones().items():
            found.setdefault(tuple(spans.bounds(days, zone)), []).extend(regions)
        return [(regions, list(edges)) for edges, regions in found.items()]

    def _zones(self) -> dict[str, list[Region]]:
        found: dict[str, list[Region]] = {}
        for region in self.shown:
            found.setdefault(self.basis.zone_of(region), []).append(region)
        return found


def of(actor: Actor, wanted: Wanted) -> Scene:
    """From what a person sees and asks for. A region that is not there, or not seen, finds nothing."""
    regions = offices.tree(actor)
    asked = wanted.filters.region
    shown = [region for region in regions if region.id == asked] if asked else regions
    chosen = shown[0] if len(shown) == 1 and (asked or len(regions) == 1) else None
    top = _headquarters(actor, regions)
    bases = basis.offered(shown, chosen, actor.zone, top.zone if top else actor.zone)
    read_in = next(each for each in bases if each.key == wanted.basis)
    country = (chosen or top).country if chosen or top else ""  # type: ignore[union-attr]
    week, beside = spans.week_in(country, locale()), eras.beside(country, locale())
    return Scene(actor, wanted, regions, shown, chosen, bases, read_in, week, beside)


def _headquarters(actor: Actor, regions: list[Region]) -> Region | None:
    """The top of the tree; who does not see it reads it from the region nearest to it."""
    return min(regions, key=lambda region: region.path.count("/"), default=None)
