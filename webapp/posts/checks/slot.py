"""The slot: is one chosen, can it be, is it still ahead, and is there time for a yes."""

from datetime import timedelta

from webapp import times
from webapp.i18n import _
from webapp.people.permissions import Actor

from .shape import Check, Level, Subject

NEAR = timedelta(minutes=10)


def slot(subject: Subject, _by: Actor | None) -> list[Check]:
    if subject.content["as_soon"]:
        return [Check("time", Level.OK, _("Goes out as soon as it is approved"))]
    at, zone = subject.planned_at, subject.content["zone"]
    if at is None:
        return [_no_time(subject)]
    place, left = times.place(zone), at - times.now()
    when = _("%(hour)s, %(day)s, %(place)s", hour=times.hour(at, zone), day=times.day(at, zone), place=place)
    if left <= timedelta():
        return [Check("time", Level.BLOCK, _("The time has passed"), when, "when", _("Choose another time"))]
    if left < NEAR:
        detail = _("%(when)s is very near. Without a yes by then it does not go out.", when=when)
        return [Check("time", Level.WARN, _("Little time for a yes"), detail, "when", _("Change the time"))]
    return [Check("time", Level.OK, _("The time is free of clock changes and in the future"))]


def _no_time(subject: Subject) -> Check:
    wall, zone = subject.content["wall"], subject.content["zone"]
    if not wall:
        return Check("time", Level.BLOCK, _("No time is chosen"), _("Choose one, or “as soon as approved”."), "when")
    try:
        times.plan(times.parse_wall(wall), zone)
    except times.TimeError as error:
        return Check("time", Level.BLOCK, time_problem(error, zone), "", "when", _("Choose another time"))
    return Check("time", Level.BLOCK, _("No time is chosen"), "", "when")


def time_problem(error: times.TimeError, zone: str) -> str:
    """Why a typed time cannot be, in a sentence."""
    place = times.place(zone)
    if error.kind == "skipped":
        before, after = (times.hour(at, zone) for at in error.choices)
        return _(
            "The clocks change in %(place)s and this hour does not exist there. Take %(before)s or %(after)s.",
            place=place,
            before=before,
            after=after,
        )
    if error.kind == "doubled":
        return _("The clocks change in %(place)s and this hour comes twice there. Say which one.", place=place)
    if error.kind == "range":
        return _("This date is not in the calendar, or too far away.")
    return _("Write the date and the time in full.")
