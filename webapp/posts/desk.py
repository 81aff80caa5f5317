"""What the composer shows around its form: one row a channel with its counter, pictures, checks, the slot in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import regex

from webapp import networks, times
from webapp.channels.models import Channel
from webapp.i18n import _
from webapp.networks.base import Measure, Network
from webapp.people.permissions import Actor

from . import checks, composer_forms, difference, panels, pictures, revisions
from .adapting import shown as adapting
from .composer_forms import Base, Offer
from .linking.forms import LinkForm
from .models import Medium, Post, Variant
from .talk import asked
from .templating.forms import KeepForm
from .threads import shown as threads

_ROW = regex.compile(r"own-[0-9a-f-]{36}")


@dataclass(frozen=True)
class Row:
    """A channel that is chosen. `before` and `over` are its text up to the limit and beyond it."""

    channel: Channel
    network: Network
    measure: Measure
    before: str
    over: str
    own: bool
    media: list[Medium]
    variant: Variant

    @property
    def key(self) -> str:
        return str(self.channel.id)

    @property
    def percent(self) -> float:
        return 100 * self.measure.used / self.measure.limit if self.measure.limit else 0


def context(post: Post, form: Base, offer: Offer, actor: Actor) -> dict[str, Any]:
    """Everything the composer reads. The working copy says what is chosen; the form what is typed."""
    chosen = {str(v.channel_id) for v in post.variants}
    shown = {str(c.id) for c in offer.channels if f"own-{c.id}" in form.sent}
    rows = [row(post, v) for v in sorted(post.variants, key=lambda v: (v.channel.handle, str(v.channel_id)))]
    revision = revisions.current(post)
    return {
        "post": post,
        "form": form,
        "link": LinkForm.of(post),
        "keep": KeepForm.of(post),
        "offer": offer,
        "rows": rows,
        "glyphs": {str(c.id): networks.network(c.network).glyph for c in offer.channels},
        "media": pictures.row(post, None),
        "parts": threads.counted(post, {name: composer_forms.plain_lines(form[name].data) for name in form.parts}),
        "threaded": threads.taken(offer.channels),
        "report": checks.of_working(post, actor),
        "slot": slot(post, actor),
        "path": panels.path_words(post, actor),
        "can_send": bool(panels.SUBMITTERS),
        "revision": revision if revision is not None and revisions.differs(post) else None,
        "shown_rows": shown,
        **asked.context(post),
        **adapting.composer(post),
        "gone": sorted({name[4:] for name in form.sent if _ROW.fullmatch(name)} - chosen),
    }


def row(post: Post, variant: Variant) -> Row:
    """One channel with its text measured by its own rule."""
    channel, text = variant.channel, revisions.text_for(post, variant)
    network = networks.network(channel.network)
    measure = network.measure(text, revisions.limits_of(channel))
    cut = len(text) if measure.over_at is None else whole(text, measure.over_at)
    media = pictures.row(post, variant.id)
    return Row(channel, network, measure, text[:cut], text[cut:], variant.text is not None, media, variant)


def whole(text: str, at: int) -> int:
    """The index, moved back to where a character as people see it begins."""
    starts = [m.start() for m in regex.finditer(r"\X", text[: at + 64]) if m.start() <= at]
    return starts[-1] if starts else 0


@dataclass(frozen=True)
class Slot:
    """When it goes out, in words: there, and for the reader. Empty strings when no time is chosen."""

    hour: str = ""
    day: str = ""
    place: str = ""
    yours: str = ""
    left: str = ""
    soon: bool = False


def slot(post: Post, actor: Actor) -> Slot:
    """The planned time of the working copy."""
    if post.as_soon:
        return Slot(soon=True, place=times.place(post.zone))
    return moment(post.planned_at, post.zone, actor) if post.planned_at else Slot(place=times.place(post.zone))


def moment(at: Any, zone: str, actor: Actor) -> Slot:
    """An instant as a slot: the hour there first, the reader's own when it differs."""
    here, yours = times.hour(at, zone), times.hour(at, actor.zone)
    same = (here, times.day(at, zone)) == (yours, times.day(at, actor.zone))
    mine = "" if same else _("%(hour)s for you", hour=yours)
    return Slot(here, times.day(at, zone), times.place(zone), mine, times.distance(at))


def both_texts(post: Post, form: Base, sent: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What a person needs who saved on an older version: their words, the saved ones, and a way to keep either."""
    theirs, mine = post.text, composer_forms.plain_lines(form.text.data)
    return {
        "post": post,
        "form": form,
        "mine": mine,
        "theirs": theirs,
        "pieces": difference.words(theirs, mine),
        "typed": [(k, v) for k, v in sent if k not in ("version", "_token", "key", "action")],
    }
