"""Channels: is one chosen, and are they still there."""

from webapp.i18n import _
from webapp.people.permissions import Actor

from .shape import Check, Level, Subject


def channels(subject: Subject, _by: Actor | None) -> list[Check]:
    if not subject.channels:
        detail = _("Choose where it goes out.")
        return [Check("channels", Level.BLOCK, _("No channel is chosen"), detail, "channels")]
    gone = [c for c in subject.channels if c.removed_at]
    return [
        Check("channels", Level.BLOCK, _("%(handle)s was removed", handle=c.handle), "", "channels", channel_id=c.id)
        for c in gone
    ] or [Check("channels", Level.OK, _("Channels are chosen"))]
