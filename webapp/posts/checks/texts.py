"""Texts: do they fit, is anything in them that nobody sees, and where does the network fold them."""

from collections.abc import Iterable

from webapp import networks
from webapp.channels.models import Channel
from webapp.i18n import _, number
from webapp.networks import counting, folding
from webapp.people.permissions import Actor

from .. import hidden, revisions
from .shape import Check, Level, Subject, passed


def text(subject: Subject, _by: Actor | None) -> list[Check]:
    found = [check for channel, entry in subject.entries for check in _text_on(channel, entry)]
    return found or passed(subject, "text", _("The text fits every channel"))


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


def unseen(subject: Subject, _by: Actor | None) -> list[Check]:
    texts = [text for _c, entry in subject.entries for text in revisions.texts_of(entry)]
    texts += [p["alt"] for _c, entry in subject.entries for p in revisions.every_picture(entry)]
    if any(hidden.has(text) for text in texts):
        title, detail = _("The text holds hidden characters"), _("They are shown as marks. Take them out if you can.")
        return [Check("hidden", Level.WARN, title, detail, "text")]
    return passed(subject, "hidden", _("No hidden characters"))


def folded(subject: Subject, _by: Actor | None) -> list[Check]:
    """Where an app folds the text behind "more": not in a link, nor in the middle of a sentence."""
    for channel, entry in subject.entries:
        words = revisions.text_of(entry)
        at = folding.at(words, revisions.limits_of(channel).fold)
        problem = badly_cut(words, at) if at is not None else ""
        if problem:
            title = _("%(handle)s folds the text", handle=channel.handle)
            field = subject.field_of(channel)
            return [Check("fold", Level.INFO, title, problem, field, _("Go to it"), channel_id=channel.id)]
    return []


def badly_cut(words: str, at: int) -> str:
    """What a fold at an index cuts, in a sentence; "" when it falls between two sentences."""
    if any(start < at < end for start, end in counting.links(words)):
        return _("A link is cut there. Move it up.")
    return "" if ends_whole(words[:at]) else _("A sentence is cut there. Say the important thing first.")


def ends_whole(words: str) -> bool:
    """Whether words end as a sentence or a line does."""
    bare = words.rstrip(" ")
    return bare.endswith("\n") or bare.rstrip("\"'”’»)]").endswith((".", "!", "?", "…", "。", "！", "？", "؟", ":"))
