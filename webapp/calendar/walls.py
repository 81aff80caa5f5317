"""An hour on the clocks of a place, on a day on which they may change. Used where nobody is there to be asked: the
first of two, or the moment after one that is skipped; and it is always said."""

from datetime import datetime

from webapp import times
from webapp.i18n import _

from . import basis

SKIPPED, DOUBLED = "skipped", "doubled"


def placed(wall: datetime, zone: str) -> tuple[times.Planned, str]:
    """When that is, and what the clocks do to it (skipped, doubled, or nothing)."""
    known = basis.known(zone)
    try:
        return times.plan(wall, known), ""
    except times.TimeError as error:
        at = error.choices[0] if error.kind == DOUBLED else error.choices[-1]
        return times.planned_from(at, known), error.kind


def said(clock: str, hour: str) -> str:
    """What the clocks do, in a sentence; nothing where they do nothing."""
    if clock == SKIPPED:
        return _("The clocks skip %(hour)s on this day. It goes out right after the change.", hour=hour)
    if clock == DOUBLED:
        return _("The clocks show %(hour)s twice on this day. It goes out the first time.", hour=hour)
    return ""
