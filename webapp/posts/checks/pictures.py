"""Pictures: how many, described for whom does not see them, in a shape that is shown whole, and ours to use."""

from datetime import timedelta
from typing import Any

from webapp import times
from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor

from .. import revisions
from .shape import Check, Level, Subject, passed

ENDS_SOON = timedelta(days=14)
"""How long before the end of a picture's rights a post with it is warned about."""


def pictures(subject: Subject, _by: Actor | None) -> list[Check]:
    found = []
    for channel, entry in subject.entries:
        many, limits = len(revisions.pictures_of(entry)), revisions.limits_of(channel)
        if many > limits.images:
            title = _("Too many pictures for %(handle)s", handle=channel.handle)
            detail = ngettext("It takes %(n)s picture.", "It takes %(n)s pictures.", limits.images)
            found.append(Check("pictures", Level.BLOCK, title, detail, f"v-{channel.id}", channel_id=channel.id))
    many = any(revisions.pictures_of(entry) for _channel, entry in subject.entries)
    return found or (passed(subject, "pictures", _("The pictures fit every channel")) if many else [])


def alt(subject: Subject, _by: Actor | None) -> list[Check]:
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


def shape(subject: Subject, _by: Actor | None) -> list[Check]:
    """No picture is so tall or wide that the network cuts it."""
    for channel, entry in subject.entries:
        allowed, parts = revisions.limits_of(channel).ratio, revisions.pictures_of(entry)
        cut = allowed and any(not _fits(part, *allowed) for part in parts)
        if cut:
            title = _("%(handle)s cuts a picture", handle=channel.handle)
            detail = _("It is too tall or too wide to be shown whole there.")
            return [Check("shape", Level.WARN, title, detail, "media", _("Look"), channel_id=channel.id)]
    return []


def _fits(part: dict[str, Any], narrowest: float, widest: float) -> bool:
    return not part["height"] or narrowest <= part["width"] / part["height"] <= widest


def rights(subject: Subject, _by: Actor | None) -> list[Check]:
    """Every picture may still be used when the post goes out: warned about before the end, blocked after it."""
    until, at = subject.rights_until, subject.at or times.now()
    if until is None:
        return []
    day, last = times.local(at, subject.content["zone"]).date(), times.full_date(until)
    if until < day:
        title = _("The rights of a picture end before it goes out")
        detail = _("It may be used until %(day)s. Take another picture, or change the date.", day=last)
        return [Check("rights", Level.BLOCK, title, detail, "media", _("Look"))]
    if until - day <= ENDS_SOON:
        title, detail = _("The rights of a picture end soon"), _("It may be used until %(day)s.", day=last)
        return [Check("rights", Level.WARN, title, detail, "media", _("Look"))]
    return [Check("rights", Level.OK, _("Every picture may be used"))]
