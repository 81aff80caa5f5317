"""What headquarters locked in an adaptation stands as it must, and nothing new from headquarters waits to be seen."""

from collections.abc import Iterable
from typing import Any

from webapp.channels.models import Channel
from webapp.i18n import _
from webapp.people.permissions import Actor

from ..adapting import keeping
from ..adapting.keeping import Standing
from .shape import Check, Level, Subject

MOST = 5


def locked(subject: Subject, _by: Actor | None) -> list[Check]:
    """Blocks until it is so. Nothing is looked at for a post that is no adaptation."""
    standing = keeping.of(subject.post)
    if standing is None:
        return []
    found = [*_words(subject, standing), *_taken_back(subject, standing), *_pictures(subject, standing)]
    if not found and standing.behind:
        title, detail = _("Headquarters changed it meanwhile"), _("What is locked is not touched by it.")
        return [Check("locked", Level.WARN, title, detail, **_see(standing))]
    return found[:MOST] or _all_well(standing)


def _all_well(standing: Standing) -> list[Check]:
    newest = standing.newest
    some = newest.passages or newest.links or newest.pictures_locked
    return [Check("locked", Level.OK, _("What headquarters locked is untouched"))] if some else []


def _see(standing: Standing) -> dict[str, Any]:
    return {"fix_label": _("See the change"), "fix_url": f"/adaptations/{standing.adaptation.id}"}


def _advice(subject: Subject, standing: Standing, channel: Channel, *, new: bool) -> dict[str, Any]:
    """Where it is mended, and who can unlock it."""
    if new and standing.behind:
        return {"detail": _("Headquarters changed it. Take the change over first."), **_see(standing)}
    detail = _(
        "It must stand there word for word. Who writes in %(region)s can change it.",
        region=standing.newest.region.name,
    )
    return {"detail": detail, "field": subject.field_of(channel), "fix_label": _("Go to it")}


def _words(subject: Subject, standing: Standing) -> Iterable[Check]:
    for channel, text in subject.texts:
        old = standing.touched(text)
        for each in standing.lost(text):
            title = _("Locked words are missing: “%(words)s”", words=_short(each))
            yield Check("locked", Level.BLOCK, title, **_advice(subject, standing, channel, new=each not in old))


def _taken_back(subject: Subject, standing: Standing) -> Iterable[Check]:
    for _channel, text in subject.texts:
        for each in (words for words in standing.taken_back if words in text):
            title = _("Headquarters took back: “%(words)s”", words=_short(each))
            detail = _("It may not go out any more.")
            yield Check("locked", Level.BLOCK, title, detail, **_see(standing))


def _pictures(subject: Subject, standing: Standing) -> Iterable[Check]:
    if keeping.other_pictures(subject.content, standing):
        title = _("The pictures are not those that headquarters locked")
        detail = _("Take them over. Who writes in %(region)s can unlock them.", region=standing.newest.region.name)
        yield Check("locked", Level.BLOCK, title, detail, **_see(standing))


def _short(words: str) -> str:
    return words if len(words) <= 120 else words[:119].rstrip() + "…"
