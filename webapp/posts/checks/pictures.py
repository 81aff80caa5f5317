"""Pictures: how many, described for whom does not see them, in a shape that is shown whole, and ours to use."""

from datetime import timedelta
from typing import Any

from webapp import times
from webapp.channels.models import Channel
from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor

from .. import revisions
from ..threads import parts
from .shape import Check, Level, Subject, passed

ENDS_SOON = timedelta(days=14)
"""How long before the end of a picture's rights a post with it is warned about."""


def pictures(subject: Subject, _by: Actor | None) -> list[Check]:
    found = []
    for channel, entry in subject.entries:
        most = revisions.limits_of(channel).images
        found += [_too_many(channel, field, most) for field, row in _rows(entry) if len(row) > most]
    many = any(revisions.every_picture(entry) for _channel, entry in subject.entries)
    return found or (passed(subject, "pictures", _("The pictures fit every channel")) if many else [])


def _rows(entry: revisions.Content) -> list[tuple[str, list[revisions.Content]]]:
    """Each row of pictures with the place in the composer where it is mended."""
    names = [name for name, _part in parts.named(revisions.further_of(entry))]
    return list(zip(("media", *names), revisions.rows_of(entry), strict=True))


def _too_many(channel: Channel, field: str, most: int) -> Check:
    detail = ngettext("It takes %(n)s picture.", "It takes %(n)s pictures.", most)
    if field == "media":
        title, field = _("Too many pictures for %(handle)s", handle=channel.handle), f"v-{channel.id}"
    else:
        words = {"part": parts.heading(field), "handle": channel.handle}
        title = _("%(part)s has too many pictures for %(handle)s", **words)
    return Check("pictures", Level.BLOCK, title, detail, field, channel_id=channel.id)


def alt(subject: Subject, _by: Actor | None) -> list[Check]:
    seen = [(c, field, p) for c, entry in subject.entries for field, row in _rows(entry) for p in row]
    missing = {(field, p["asset"]) for _c, field, p in seen if not p["alt"] and not p["decorative"]}
    if missing:
        title = ngettext("%(n)s picture has no description", "%(n)s pictures have no description", len(missing))
        detail = _("Say what it shows, or mark it as decorative.")
        return [Check("alt", Level.BLOCK, title, detail, min(missing)[0], _("Describe"))]
    for channel, field, part in seen:
        most = revisions.limits_of(channel).alt
        if len(part["alt"]) > most:
            title = _("A description is too long for %(handle)s", handle=channel.handle)
            detail = ngettext("It takes %(n)s character.", "It takes %(n)s characters.", most)
            return [Check("alt", Level.BLOCK, title, detail, field, channel_id=channel.id)]
    return [Check("alt", Level.OK, _("Every picture is described"))] if seen else []


def shape(subject: Subject, _by: Actor | None) -> list[Check]:
    """No picture is so tall or wide that the network cuts it."""
    for channel, entry in subject.entries:
        allowed = revisions.limits_of(channel).ratio
        cut = [field for field, row in _rows(entry) if allowed and any(not _fits(part, *allowed) for part in row)]
        if cut:
            title = _("%(handle)s cuts a picture", handle=channel.handle)
            detail = _("It is too tall or too wide to be shown whole there.")
            return [Check("shape", Level.WARN, title, detail, cut[0], _("Look"), channel_id=channel.id)]
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
