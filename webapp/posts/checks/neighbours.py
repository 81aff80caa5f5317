"""What else goes out on the same channel: too much in a short time, or nearly the same again within a week."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from webapp import times
from webapp.channels.models import Channel
from webapp.i18n import _, ngettext, number
from webapp.people.permissions import Actor

from .. import nearby, revisions
from ..nearby import Neighbour
from .shape import Check, Level, Subject


def neighbours(subject: Subject, _by: Actor | None) -> list[Check]:
    """Both rules from one look at the neighbours."""
    at = subject.at
    if at is None or not subject.entries:
        return []
    found: dict[uuid.UUID, list[Neighbour]] = {}
    for each in nearby.around((c.id for c in subject.channels), at, subject.post.id):
        found.setdefault(each.channel_id, []).append(each)
    pace = [check for c, _entry in subject.entries for check in _pace(c, at, found.get(c.id, ()), subject)]
    twins = [check for c, entry in subject.entries for check in _twin(c, entry, found.get(c.id, ()), subject)]
    return [
        *(pace or [Check("pace", Level.OK, _("There is room around it on every channel"))]),
        *(twins or [Check("twin", Level.OK, _("Nothing like it goes out within a week"))]),
    ]


def _pace(channel: Channel, at: datetime, around: Sequence[Neighbour], subject: Subject) -> list[Check]:
    span = timedelta(hours=channel.pace_hours)
    others = [each.at for each in around]
    many = crowd(at, others, span)
    if not channel.pace_posts or many <= channel.pace_posts:
        return []
    words = {"hours": number(channel.pace_hours), "limit": number(channel.pace_posts), "handle": channel.handle}
    title = ngettext(
        "%(n)s post within %(hours)s h on %(handle)s, the limit is %(limit)s",
        "%(n)s posts within %(hours)s h on %(handle)s, the limit is %(limit)s",
        many,
        **words,
    )
    detail = _("There is room from %(when)s.", when=_when(later(at, others, span, channel.pace_posts), subject))
    return [Check("pace", Level.WARN, title, detail, "when", _("Change"), channel_id=channel.id)]


def _when(at: datetime, subject: Subject) -> str:
    zone = subject.content["zone"]
    words = {"hour": times.hour(at, zone), "day": times.day(at, zone), "place": times.place(zone)}
    return _("%(hour)s, %(day)s, %(place)s", **words)


def crowd(at: datetime, others: Sequence[datetime], span: timedelta) -> int:
    """The most posts, this one among them, in any stretch of less than `span` that holds it."""
    near = sorted(other for other in others if abs(other - at) < span)
    starts = [other for other in near if other <= at] or [at]
    return 1 + max(sum(start <= other < start + span for other in near) for start in (*starts, at))


def later(at: datetime, others: Sequence[datetime], span: timedelta, most: int) -> datetime:
    """The next instant at which there is room."""
    candidates = sorted(other + span for other in others if other + span > at)
    return next((each for each in candidates if crowd(each, others, span) <= most), at + span)


def _twin(channel: Channel, entry: revisions.Content, around: Sequence[Neighbour], subject: Subject) -> list[Check]:
    mine = nearby.sketch(revisions.text_of(entry))
    alike = [each for each in around if nearby.likeness(mine, each.sketch) >= nearby.ALIKE]
    if not alike:
        return []
    nearest = min(alike, key=lambda each: abs(each.at - (subject.at or each.at)))
    title, detail = _("Nearly the same as a post on %(handle)s", handle=channel.handle), _when(nearest.at, subject)
    url = f"/posts/{nearest.post_id}"
    return [
        Check("twin", Level.WARN, title, detail, subject.field_of(channel), _("See it"), url, channel_id=channel.id)
    ]
