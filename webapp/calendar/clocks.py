"""Times in words: an instant in the time it is read in, and beside it the others that somebody may think in."""

from datetime import datetime

from webapp import times
from webapp.i18n import _, number
from webapp.people.models import Region

from . import basis
from .scene import Scene
from .spans import weekday


def also(at: datetime, region: Region, scene: Scene) -> list[str]:
    """What stands small beside the hour: the place or the hour of the region, and the reader's own hour."""
    shown, there, mine = scene.basis.zone_of(region), basis.known(region.zone), basis.known(scene.actor.zone)
    lines = []
    if scene.basis.zone is None:
        lines.append(times.place(there))
    elif same(at, there, shown) is False:
        lines.append(_("%(hour)s %(place)s", hour=hour(at, there, shown), place=times.place(there)))
    if not same(at, mine, shown):
        lines.append(_("%(hour)s you", hour=hour(at, mine, shown)))
    return lines


def same(at: datetime, zone: str, other: str) -> bool:
    """Whether the clocks of two zones show the same then."""
    return times.local(at, zone).replace(tzinfo=None) == times.local(at, other).replace(tzinfo=None)


def hour(at: datetime, zone: str, shown: str) -> str:
    """The hour in a zone, with the weekday where it is another day than in the zone it is shown beside."""
    text, there = times.hour(at, zone), times.local(at, zone).date()
    if there == times.local(at, shown).date():
        return text
    return _("%(weekday)s %(hour)s", weekday=weekday(there), hour=text)


def duration(minutes: int) -> str:
    """`4 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)s h", hours=number(hours))
    if not hours:
        return _("%(minutes)s min", minutes=number(rest))
    return _("%(hours)s h %(minutes)s min", hours=number(hours), minutes=number(rest))
