"""Times in words: an instant in the time it is read in, and beside it the others that somebody may think in."""

from datetime import UTC, datetime
from functools import lru_cache

from webapp import times
from webapp.i18n import _, language, ngettext, number
from webapp.people.models import Region

from . import basis
from .scene import Scene
from .spans import weekday


@lru_cache(maxsize=4096)
def _written(_language: str, hour_: int, minute: int) -> str:
    return times.hour(datetime(2000, 1, 1, hour_, minute, tzinfo=UTC), "UTC")


def at(instant: datetime, zone: str) -> str:
    """The hour of an instant in a zone, as `times.hour` writes it: written once for each minute of a day, since a week
    of all regions has hundreds of them."""
    there = times.local(instant, zone)
    return _written(language(), there.hour, there.minute)


@lru_cache(maxsize=4096)
def _more(_language: str, n: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", n)


def more(n: int) -> str:
    """How many more there are than are shown."""
    return _more(language(), n)


@lru_cache(maxsize=4096)
def _counted(_language: str, n: int) -> tuple[str, str]:
    return number(n), ngettext("%(n)s post", "%(n)s posts", n)


def counted(n: int) -> tuple[str, str]:
    """A number, and that many posts in words."""
    return _counted(language(), n)


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
