"""What follows a text: every part says something, fits where it goes, and is not lost where nothing can follow."""

from collections.abc import Iterable

from webapp import networks
from webapp.channels.models import Channel
from webapp.i18n import _, ngettext, number
from webapp.people.permissions import Actor

from .. import revisions
from ..threads import parts
from .shape import Check, Level, Subject


def further(subject: Subject, _by: Actor | None) -> list[Check]:
    """The parts fit every channel that takes them."""
    rows = [(channel, revisions.further_of(entry)) for channel, entry in subject.entries]
    if not any(each for _channel, each in rows):
        return []
    found = [check for channel, each in rows for check in _on(channel, each)]
    return list({(c.title, c.field): c for c in found}.values()) or [Check("parts", Level.OK, _("Every part fits"))]


def _on(channel: Channel, further: list[revisions.Content]) -> Iterable[Check]:
    limits, there = revisions.limits_of(channel), networks.network(channel.network)
    if len(further) > limits.parts:
        title = _("Too many parts for %(handle)s", handle=channel.handle)
        detail = ngettext("%(n)s part may follow there.", "%(n)s parts may follow there.", limits.parts)
        yield Check("parts", Level.BLOCK, title, detail, "parts", channel_id=channel.id)
    for name, part in parts.named(further):
        words = {"part": parts.heading(name), "handle": channel.handle}
        if not part["text"].strip() and not revisions.pictures_with(part):
            title = _("%(part)s is empty", **words)
            yield Check("parts", Level.BLOCK, title, _("Write it, or remove it."), name, _("Go to it"))
            continue
        measure = there.measure(part["text"], limits)
        if measure.over:
            title = _("%(part)s is %(n)s over on %(handle)s", n=number(measure.over), **words)
            detail = _(measure.note, **measure.note_params) if measure.note else _("Shorten it to send.")
            yield Check("parts", Level.BLOCK, title, detail, name, _("Go to it"), channel_id=channel.id)


def alone(subject: Subject, _by: Actor | None) -> list[Check]:
    """Channels where nothing can follow get the text alone, and everybody reads so before the nod."""
    with_parts = any(revisions.further_of(entry) for _channel, entry in subject.entries)
    with_parts = with_parts or bool(subject.revision is None and subject.post.parts)
    found = []
    for channel, _entry in subject.entries:
        if not revisions.limits_of(channel).parts and with_parts:
            title = _("%(handle)s gets the first part alone", handle=channel.handle)
            detail = _("Its network has no threads. Give it a text of its own that says it all.")
            found.append(
                Check("alone", Level.WARN, title, detail, f"v-{channel.id}", _("Go to it"), channel_id=channel.id)
            )
    return found
