"""Quiet hours as something to look at: bars of a day, and a sentence about now."""

from dataclasses import dataclass
from datetime import datetime

from webapp import times
from webapp.i18n import _

from .quiet import WEEKEND, Quiet, Span

WIDE = 240
"""Units of a whole day."""


@dataclass(frozen=True)
class Bar:
    """A day: where it is quiet, as (start, width) of 240; `now` when today is such a day."""

    quiet: tuple[tuple[float, float], ...]
    words: str
    now: float | None


def bar(span: Span | None, at: datetime, zone: str, weekend: bool) -> Bar:
    """The bar of weekdays or of the weekend."""
    there = times.local(at, zone)
    today = (there.isoweekday() in WEEKEND) == weekend
    now = _place(there.hour, there.minute) if today else None
    if span is None:
        return Bar((), _("Never quiet"), now)
    start, end = (_place(side.hour, side.minute) for side in span.sides)
    parts = ((0.0, end), (start, WIDE - start)) if span.crosses else ((start, end - start),)
    return Bar(tuple(each for each in parts if each[1]), _("%(start)s to %(end)s", start=span.start, end=span.end), now)


def _place(hour: int, minute: int) -> float:
    return round((hour * 60 + minute) * WIDE / 1440, 1)


def sentence(quiet: Quiet, at: datetime) -> str:
    """When it is next quiet, or no more: with the place."""
    first = quiet.change(at)
    words = {"now": times.hour(at, quiet.zone), "place": times.place(quiet.zone)}
    if first is None:
        always, never = _("It is always quiet."), _("You hear us at any hour.")
        return always if quiet.at(at) else never
    words["first"] = times.hour(first, quiet.zone)
    if quiet.at(at):
        return _("Now %(now)s in %(place)s. It is quiet until %(first)s.", **words)
    then = quiet.change(first)
    words["then"] = times.hour(then, quiet.zone) if then else ""
    return _("Now %(now)s in %(place)s. You hear us until %(first)s, then from %(then)s.", **words)


def elsewhere(quiet: Quiet, zone: str, at: datetime) -> dict[str, str] | None:
    """For somebody who is in another zone than their quiet hours: what these mean there. None when it is the same."""
    if times.local(at, zone).utcoffset() == times.local(at, quiet.zone).utcoffset():
        return None
    begins = at if quiet.at(at) else quiet.change(at)
    ends = quiet.until(begins) if begins else None
    if begins is None or ends is None or ends == begins:
        return None
    if quiet.at(at):
        begins = None
    return {
        "place": times.place(zone),
        "follow": times.place(quiet.zone),
        "start": times.hour(begins, zone) if begins else "",
        "end": times.hour(ends, zone),
    }
