"""The composer's form: the fixed fields, and those of each channel and picture of the post at hand.

Field names: `own-<channel>` (base or own), `text-<channel>`, `pics-<channel>` (base or own), `alt-<picture>`,
`decorative-<picture>`, `rights-<picture>`, and those of `threads/parts.py`. A parameter that comes twice counts once:
the first.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import Locale
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from webapp import times
from webapp.channels.models import Channel
from webapp.errors import Invalid
from webapp.http.choosing import RadioField, SelectField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _, locale
from webapp.people.models import Region

from . import checks
from .drafts import Own, Values
from .labels import catalog
from .labels.filing import Filing
from .labels.models import Campaign, Label
from .models import Medium, Post
from .threads import parts

TEXT, ALT = 50_000, 5_000
NAMED = (
    "region",
    "language",
    "text",
    "channels",
    "when",
    "date",
    "time",
    "fold",
    "instead",
    "labels",
    "campaign",
    "paid",
)
_TAGS = "ar bg ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lt lv mk ms mt nb nl pl pt ro ru sk sl sq"
LANGUAGES = (*re.findall(r"\w+", _TAGS), "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh")


def language_name(tag: str) -> str:
    """The name of a language in the reader's."""
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(locale()) or tag)
    except ValueError:
        return tag


@dataclass(frozen=True)
class Offer:
    """What may be chosen: regions to write in, channels of this one, and the pictures there are."""

    regions: Sequence[Region]
    channels: Sequence[Channel]
    media: Sequence[Medium] = ()


class Base(Form):
    """The fields every post has. `fold` and `instead` answer the questions of a clock change."""

    version = HiddenField()
    region = SelectField(N_("Region"))
    language = SelectField(N_("Language"))
    text = TextAreaField(N_("Base text"), [Length(max=TEXT)])
    channels = SelectMultipleField(N_("Channels"))
    when = RadioField(N_("When"), default="slot")
    date = StringField(N_("Day"), [Length(max=20)])
    time = StringField(N_("Time"), [Length(max=20)])
    fold = RadioField(N_("This hour comes twice"), validate_choice=False)
    instead = RadioField(N_("This hour does not exist"), validate_choice=False)
    filed = HiddenField()
    parted = HiddenField()
    labels = SelectMultipleField(N_("Labels"))
    campaign = SelectField(N_("Campaign"), validate_choice=False)
    paid = BooleanField(N_("Paid, or somebody gets something for it"))
    sent: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()


def form_for(post: Post, offer: Offer, data: Any = None) -> Base:
    """The form of a post, filled from what was typed (`data`) or from the working copy."""
    fields: dict[str, Any] = {}
    for channel in offer.channels:
        fields[f"own-{channel.id}"] = RadioField(choices=[("base", _("Same as base")), ("own", _("Own text"))])
        fields[f"text-{channel.id}"] = TextAreaField(
            _("Text for %(handle)s", handle=channel.handle), [Length(max=TEXT)]
        )
        fields[f"pics-{channel.id}"] = RadioField(choices=[("base", _("Same pictures")), ("own", _("Own pictures"))])
    for medium in offer.media:
        fields[f"alt-{medium.id}"] = TextAreaField(_("Description"), [Length(max=ALT)])
        fields[f"decorative-{medium.id}"] = BooleanField(_("Decorative, skip it for screen readers"))
        fields[f"rights-{medium.id}"] = DateField(_("May be used until"), [Optional()])
    names = parts.fields_in(data) if data and "parted" in data else list(parts.values_of(post))
    for name in names:
        fields[name] = TextAreaField(parts.heading(name), [Length(max=TEXT)])
    made: Base = type("Composer", (Base,), fields)(data, data=_values_of(post, offer), meta={"locales": ()})
    made.sent, made.parts = frozenset(data or ()), tuple(names)
    _choices(made, post, offer)
    if data is None and post.wall:
        _remember(made, post)
    return made


def _choices(form: Base, post: Post, offer: Offer) -> None:
    tags = sorted({*LANGUAGES, post.language}, key=lambda tag: language_name(tag).casefold())
    form.region.choices = [(str(r.id), r.name) for r in offer.regions]
    form.language.choices = [(tag, language_name(tag)) for tag in tags]
    form.channels.choices = [(str(c.id), c.handle) for c in offer.channels]
    form.when.choices = [("slot", _("At a time")), ("soon", _("As soon as approved"))]
    form.fold.choices, form.instead.choices = [], []
    form.labels.choices = _pairs(Label, post, post.labels)
    form.campaign.choices = [("", _("None")), *_pairs(Campaign, post, [post.campaign] if post.campaign else [])]
    for name in NAMED:
        field = form[name]
        field.label.text = _(field.label.text)
    for channel in offer.channels:
        for name in (f"own-{channel.id}", f"pics-{channel.id}"):
            form[name].validate_choice = False


def _pairs(model: Any, post: Post, kept: Sequence[Any]) -> list[tuple[str, str]]:
    """What is offered, and what the post has already."""
    rows = {row.id: row for row in (*catalog.offered(model, post.organization_id), *kept)}
    return [(str(row.id), row.name) for row in rows.values()]


def _values_of(post: Post, offer: Offer) -> dict[str, Any]:
    wall = post.wall.split("T") if "T" in post.wall else ["", ""]
    variants = {v.channel_id: v for v in post.variants}
    values: dict[str, Any] = {
        "version": str(post.version),
        "region": str(post.region_id),
        "language": post.language,
        "text": post.text,
        "labels": [str(label.id) for label in post.labels],
        "campaign": str(post.campaign_id or ""),
        "paid": post.paid,
        "channels": [str(channel_id) for channel_id in variants],
        "when": "soon" if post.as_soon else "slot",
        "date": wall[0],
        "time": wall[1],
    }
    for channel in offer.channels:
        variant = variants.get(channel.id)
        own = variant is not None and variant.text is not None
        values[f"own-{channel.id}"] = "own" if own else "base"
        values[f"text-{channel.id}"] = variant.text if variant and variant.text is not None else ""
        values[f"pics-{channel.id}"] = "own" if variant and variant.own_media else "base"
    for medium in offer.media:
        values |= {f"alt-{medium.id}": medium.alt, f"decorative-{medium.id}": medium.decorative}
        values[f"rights-{medium.id}"] = medium.asset.rights_until
    return values | parts.values_of(post)


def version_of(form: Base) -> int:
    """The version the form was made from; -1 for what is none."""
    raw = form.version.data or ""
    return int(raw) if re.fullmatch(r"[0-9]{1,9}", raw) else -1


def values(form: Base, offer: Offer, *, strict: bool) -> Values:
    """What the form says. `strict`: a time that cannot be raises Invalid; otherwise it is kept as typed.

    Call after `form.validate()`.
    """
    region = next((r for r in offer.regions if str(r.id) == form.region.data), None)
    if region is None:
        raise Invalid(fields={"region": _("Choose one from the list.")})
    planned, wall = _when(form, region, strict)
    chosen = set(form.channels.data or ())
    return Values(
        text=plain_lines(form.text.data),
        language=form.language.data,
        region=region,
        channels={c.id: _own(form, c) for c in offer.channels if str(c.id) in chosen},
        as_soon=form.when.data == "soon",
        planned=planned,
        wall=wall,
        alts={
            m.id: (plain_lines(form[f"alt-{m.id}"].data), bool(form[f"decorative-{m.id}"].data)) for m in offer.media
        },
        rights={m.id: form[f"rights-{m.id}"].data for m in offer.media if f"rights-{m.id}" in form.sent},
        filing=_filing(form),
        parts=parts.read(form.parts, lambda name: plain_lines(form[name].data)) if form.parted.data else None,
    )


def _filing(form: Base) -> Filing | None:
    """How it is filed, if the form had those fields at all; what is not offered is left out."""
    if not form.filed.data:
        return None
    chosen = [raw for raw in form.labels.data or () if raw in form.labels.pairs]
    campaign = form.campaign.data if form.campaign.data in form.campaign.pairs else ""
    labels = frozenset(uuid.UUID(raw) for raw in chosen)
    return Filing(labels, uuid.UUID(campaign) if campaign else None, bool(form.paid.data))


def _own(form: Base, channel: Channel) -> Own:
    own = form[f"own-{channel.id}"].data == "own"
    text = plain_lines(form[f"text-{channel.id}"].data) if own else None
    return Own(text, form[f"pics-{channel.id}"].data == "own")


def plain_lines(text: str | None) -> str:
    """One kind of line end, whatever the browser sends."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def _when(form: Base, region: Region, strict: bool) -> tuple[times.Planned | None, str]:
    """The planned time in the region's zone and the wall time as typed."""
    day, hour = (form.date.data or "").strip(), (form.time.data or "").strip()
    if not day and not hour:
        return None, ""
    wall = f"{day}T{hour[:5]}"
    try:
        if not (day and hour):
            raise times.TimeError("form")
        planned = placed(form, times.parse_wall(wall), region.zone)
    except times.TimeError as error:
        if strict and form.when.data != "soon":
            field = "date" if error.kind in ("range", "form") else "time"
            raise Invalid(fields={field: checks.time_problem(error, region.zone)}) from None
        return None, wall[:20]
    return planned, planned.wall.isoformat(timespec="minutes")


def placed(form: Any, wall: datetime, zone: str) -> times.Planned:
    """The wall time in the zone; what a clock change asks is put into the form, and its answer is taken from there."""
    try:
        return times.plan(wall, zone)
    except times.TimeError as error:
        ask(form, error, zone)
        answer = form.instead.data if error.kind == "skipped" else form.fold.data
        at = dict(zip(_answers(error), error.choices, strict=True)).get(answer or "")
        if at is None:
            raise
        return times.planned_from(at, zone)


def _answers(error: times.TimeError) -> list[str]:
    """What the form says for each of the instants that a clock change leaves."""
    return [times.iso(at) if error.kind == "skipped" else str(n) for n, at in enumerate(error.choices)]


def ask(form: Any, error: times.TimeError, zone: str) -> None:
    """Offer what a clock change leaves to choose from."""
    hours = [times.hour(at, zone) for at in error.choices]
    if error.kind == "skipped":
        form.instead.choices = list(zip(_answers(error), hours, strict=True))
    elif error.kind == "doubled":
        words = (_("The first %(hour)s", hour=hours[0]), _("The second %(hour)s", hour=hours[1]))
        form.fold.choices = list(zip(_answers(error), words, strict=True))


def _remember(form: Base, post: Post) -> None:
    """The answer that was given when the post was saved, so that it need not be given again."""
    try:
        times.plan(times.parse_wall(post.wall), post.zone)
    except times.TimeError as error:
        if error.kind == "doubled" and post.planned_at in error.choices:
            ask(form, error, post.zone)
            form.fold.data = _answers(error)[error.choices.index(post.planned_at)]


def region_id(form: Base) -> uuid.UUID | None:
    """The region that is chosen in the form, if it is an id at all."""
    raw = form.region.data or ""
    return uuid.UUID(raw) if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", raw) else None
