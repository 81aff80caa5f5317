"""What is looked at before a post may go out. The composer, the card and the submission all ask the same functions.

A check that passes is listed too ("9 other checks pass"). `block` cannot be approved or sent for approval, `warn` can.
Higher rooms add theirs to CHECKS: channel health, a pause.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property

import sqlalchemy as sa

from webapp import networks, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _, ngettext, number
from webapp.people.permissions import Actor

from . import hidden, revisions
from .models import Post, Revision

NEAR = timedelta(minutes=10)


class Level(StrEnum):
    """How much a check weighs. The values are the classes of the `check` part."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    BLOCK = "stop"


_WEIGHT = {Level.BLOCK: 0, Level.WARN: 1, Level.INFO: 2, Level.OK: 3}


@dataclass(frozen=True)
class Check:
    """One finding. `field` names what it speaks of (a fragment of the composer); `owner` who can mend it."""

    key: str
    level: Level
    title: str
    detail: str = ""
    field: str = ""
    fix_label: str = ""
    fix_url: str = ""
    owner: str = ""
    channel_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Subject:
    """What is examined: a revision, or the working copy as it would be frozen now."""

    post: Post
    content: revisions.Content
    channels: tuple[Channel, ...]
    revision: Revision | None = None

    @property
    def planned_at(self) -> datetime | None:
        """The slot; None for "as soon as approved" or when none was chosen."""
        return datetime.fromisoformat(self.content["instant"]) if self.content["instant"] else None

    @cached_property
    def entries(self) -> list[tuple[Channel, revisions.Content]]:
        """Each channel with what goes to it."""
        pairs = ((c, revisions.entry_for(self.content, c.id)) for c in self.channels)
        return [(channel, entry) for channel, entry in pairs if entry is not None]


@dataclass(frozen=True)
class Report:
    """All findings, the worst first."""

    checks: tuple[Check, ...]

    @property
    def open(self) -> tuple[Check, ...]:
        """What somebody should look at."""
        return tuple(c for c in self.checks if c.level != Level.OK)

    @property
    def passed(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.level == Level.OK)

    @property
    def blocks(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.level == Level.BLOCK)

    @property
    def warns(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.level == Level.WARN)

    def of_channel(self, channel_id: uuid.UUID) -> tuple[Check, ...]:
        """What is open on one channel."""
        return tuple(c for c in self.open if c.channel_id == channel_id)


CHECKS: list[Callable[[Subject, Actor | None], list[Check]]] = []


def of_working(post: Post, by: Actor | None = None) -> Report:
    """Look at the working copy."""
    channels = tuple(v.channel for v in sorted(post.variants, key=lambda v: str(v.channel_id)))
    return run(Subject(post, revisions.working_content(post), channels), by)


def of_revision(revision: Revision, post: Post, by: Actor | None = None) -> Report:
    """Look at a revision, with the time it is now."""
    ids = [uuid.UUID(entry["channel"]) for entry in revision.content["channels"]]
    known = _channels_by_id(ids)
    channels = tuple(known[i] for i in ids if i in known)
    return run(Subject(post, revision.content, channels, revision), by)


def _channels_by_id(ids: list[uuid.UUID]) -> dict[uuid.UUID, Channel]:
    found = session.scalars(_channels_of().params(ids=ids)).unique() if ids else ()
    return {channel.id: channel for channel in found}


@cache
def _channels_of() -> sa.Select[Channel]:
    return sa.select(Channel).where(Channel.id.in_(sa.bindparam("ids", expanding=True)))


def run(subject: Subject, by: Actor | None = None) -> Report:
    """Every check, ours and those of higher rooms, the worst first."""
    found: list[Check] = []
    for look in (_time, _channels, _text, _pictures, _alt, _unseen, *CHECKS):
        found += look(subject, by)
    return Report(tuple(sorted(found, key=lambda c: _WEIGHT[c.level])))


def _time(subject: Subject, _by: Actor | None) -> list[Check]:
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


def _channels(subject: Subject, _by: Actor | None) -> list[Check]:
    if not subject.channels:
        detail = _("Choose where it goes out.")
        return [Check("channels", Level.BLOCK, _("No channel is chosen"), detail, "channels")]
    gone = [c for c in subject.channels if c.removed_at]
    return [
        Check("channels", Level.BLOCK, _("%(handle)s was removed", handle=c.handle), "", "channels", channel_id=c.id)
        for c in gone
    ] or [Check("channels", Level.OK, _("Channels are chosen"))]


def _text(subject: Subject, _by: Actor | None) -> list[Check]:
    found = [check for channel, entry in subject.entries for check in _text_on(channel, entry)]
    return found or _passed(subject, "text", _("The text fits every channel"))


def _text_on(channel: Channel, entry: revisions.Content) -> Iterable[Check]:
    text, field = revisions.text_of(entry), f"v-{channel.id}"
    if not text.strip() and not revisions.pictures_of(entry):
        title = _("Nothing to publish on %(handle)s", handle=channel.handle)
        yield Check("empty", Level.BLOCK, title, _("Write a text or add a picture."), field, channel_id=channel.id)
    measure = networks.network(channel.network).measure(text, revisions.limits_of(channel))
    if measure.over:
        title = _("The text for %(handle)s is %(n)s over", handle=channel.handle, n=number(measure.over))
        detail = _(measure.note, **measure.note_params) if measure.note else _("Shorten it to send.")
        yield Check("limit", Level.BLOCK, title, detail, field, _("Go to it"), channel_id=channel.id)


def _passed(subject: Subject, key: str, title: str) -> list[Check]:
    """A passed check, when there was anything to look at."""
    return [Check(key, Level.OK, title)] if subject.entries else []


def _pictures(subject: Subject, _by: Actor | None) -> list[Check]:
    found = []
    for channel, entry in subject.entries:
        many, limits = len(revisions.pictures_of(entry)), revisions.limits_of(channel)
        if many > limits.images:
            title = _("Too many pictures for %(handle)s", handle=channel.handle)
            detail = ngettext("It takes %(n)s picture.", "It takes %(n)s pictures.", limits.images)
            found.append(Check("pictures", Level.BLOCK, title, detail, f"v-{channel.id}", channel_id=channel.id))
    many = any(revisions.pictures_of(entry) for _channel, entry in subject.entries)
    return found or (_passed(subject, "pictures", _("The pictures fit every channel")) if many else [])


def _alt(subject: Subject, _by: Actor | None) -> list[Check]:
    parts = [(c, p) for c, entry in subject.entries for p in revisions.pictures_of(entry)]
    missing = {p["asset"] for _c, p in parts if not p["alt"] and not p["decorative"]}
    if missing:
        title = ngettext("%(n)s picture has no description", "%(n)s pictures have no description", len(missing))
        detail = _("Say what it shows, or mark it as decorative.")
        return [Check("alt", Level.BLOCK, title, detail, "media", _("Describe"))]
    for channel, part in parts:
        most = revisions.limits_of(channel).alt
        if len(part["alt"]) > most:
            title = _("A description is too long for %(handle)s", handle=channel.handle)
            detail = ngettext("It takes %(n)s character.", "It takes %(n)s characters.", most)
            return [Check("alt", Level.BLOCK, title, detail, "media", channel_id=channel.id)]
    return [Check("alt", Level.OK, _("Every picture is described"))] if parts else []


def _unseen(subject: Subject, _by: Actor | None) -> list[Check]:
    texts = [revisions.text_of(entry) for _c, entry in subject.entries]
    texts += [p["alt"] for _c, entry in subject.entries for p in revisions.pictures_of(entry)]
    if any(hidden.has(text) for text in texts):
        title, detail = _("The text holds hidden characters"), _("They are shown as marks. Take them out if you can.")
        return [Check("hidden", Level.WARN, title, detail, "text")]
    return _passed(subject, "hidden", _("No hidden characters"))
