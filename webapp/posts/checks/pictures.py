"""Pictures: how many, described for whom does not see them."""

from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor

from .. import revisions
from .shape import Check, Level, Subject, passed


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
