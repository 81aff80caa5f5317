"""Whether it goes out when people there are awake and in the mood: market hours, holidays, mourning, closed Sundays."""

from webapp import times
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Actor

from .. import days
from .shape import Check, Level, Subject


def hours(subject: Subject, _by: Actor | None) -> list[Check]:
    """Inside the market hours of the region, in its own zone."""
    region, at = subject.post.region, subject.planned_at
    if at is None or not region.market_start or not region.market_end:
        return []
    there = times.local(at, region.zone).strftime("%H:%M")
    if _within(there, region):
        return [Check("hours", Level.OK, _("It goes out within market hours"))]
    title = _("Outside market hours in %(region)s", region=region.name)
    span = _("%(start)s to %(end)s, %(place)s", start=region.market_start, end=region.market_end, place=_place(region))
    return [Check("hours", Level.WARN, title, span, "when", _("Change"))]


def _within(there: str, region: Region) -> bool:
    """Also for hours that run over midnight."""
    start, end = region.market_start, region.market_end
    return start <= there <= end if start <= end else there >= start or there <= end


def _place(region: Region) -> str:
    return times.place(region.zone)


def day(subject: Subject, _by: Actor | None) -> list[Check]:
    """An ordinary day in the region's country and subdivision, as far as the region minds."""
    region, at = subject.post.region, subject.at
    if at is None or not region.country or not region.minded:
        return []
    date = times.local(at, region.zone).date()
    special = [each for each in days.of(region.country, region.subdivision, date) if each.kind in region.minded]
    return [_special(each, region) for each in special] or [Check("day", Level.OK, _("It is an ordinary day there"))]


def _special(day_: days.Day, region: Region) -> Check:
    level = Level.INFO if day_.kind == days.TRADING else Level.WARN
    words = {
        days.HOLIDAY: _("Public holiday: %(name)s", name=day_.name),
        days.MOURNING: _("Day of mourning: %(name)s", name=day_.name),
        days.TRADING: _("Shops are closed this Sunday"),
    }
    detail = _("In %(region)s. See whether the post suits the day.", region=region.name)
    return Check("day", level, words[day_.kind], detail, "when", _("Change"))
