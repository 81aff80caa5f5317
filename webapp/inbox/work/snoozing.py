"""Later: a conversation is out of the way until a time there, or until something new is written."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from webapp import db, events, times
from webapp.errors import Invalid
from webapp.events import Actor
from webapp.i18n import N_, _
from webapp.inbox.models import Conversation
from webapp.people.models import Region

EVENING = time(18)
_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Choice:
    """A usual time to be asked again, there."""

    key: str
    label: str
    at: datetime


def choices(region: Region) -> list[Choice]:
    """An hour, this evening and tomorrow morning where the people who wrote are, and the next Monday."""
    now = times.now()
    here = times.local(now, region.zone)
    today, morning = here.date(), time.fromisoformat(region.work_start)
    tonight = _at(datetime.combine(today, EVENING), region.zone)
    monday = today + timedelta(days=7 - today.weekday())
    found = [
        Choice("hour", N_("In one hour"), now + timedelta(hours=1)),
        Choice("evening", N_("This evening"), tonight),
        Choice(
            "tomorrow", N_("Tomorrow morning"), _at(datetime.combine(today + timedelta(days=1), morning), region.zone)
        ),
        Choice("monday", N_("Next Monday"), _at(datetime.combine(monday, morning), region.zone)),
    ]
    return [choice for choice in found if choice.key != "evening" or tonight > now + timedelta(minutes=30)]


def _at(wall: datetime, zone: str) -> datetime:
    """The instant of a wall time there; in a skipped hour the one after it."""
    try:
        return times.plan(wall, times.here(zone).key, fold=0).at
    except times.TimeError as error:
        return error.choices[1]


def snooze(conversation: Conversation, until: datetime, zone: str, by: Actor) -> None:
    """Out of the way until an instant, named in `zone`. Raises Invalid for one that is over or too far away."""
    now = times.now()
    if until <= now:
        raise Invalid(fields={"time": _("This time is over. Choose a later one.")})
    if until > now + _LONGEST:
        raise Invalid(fields={"day": _("This is more than a year away. Choose an earlier day.")})
    db.lock(conversation)
    if conversation.state != "open":
        raise Invalid(_("It is done. Open it again first."))
    put(conversation, until, zone, by)


def put(conversation: Conversation, until: datetime, zone: str, by: Actor | None) -> None:
    """The same, when the caller has looked. `by` is None when a rule does it."""
    conversation.snoozed_until, conversation.snooze_zone = until, zone
    conversation.version += 1
    events.record("conversation.snoozed", conversation, by=by, until=times.iso(until), zone=zone)


def wake(conversation: Conversation, by: Actor) -> None:
    """Back in the list before its time."""
    db.lock(conversation)
    if conversation.snoozed_until is None:
        return
    conversation.snoozed_until, conversation.snooze_zone = None, ""
    conversation.version += 1
    events.record("conversation.woken", conversation, by=by)
