"""A template changed by hand: its form, and what it says with what was typed.

Field names: `text-<channel>` and `out-<channel>`, `part-1` and so on (`threads/parts.py`), and of pictures
`alt-<key>`, `decorative-<key>`, `out-<key>`. What is not in the form, such as a picture that this person does not see,
stays as it is.
"""

import uuid
from typing import Any

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import Length

from webapp.http.choosing import SelectField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.people.permissions import Actor

from ..composer_forms import ALT, LANGUAGES, TEXT, language_name, plain_lines
from ..labels import catalog
from ..labels.models import Campaign, Label
from ..threads import parts
from . import packing
from .keeping import Said
from .models import Template

Kept = dict[str, Any]
NAMED = ("language", "text", "labels", "campaign", "paid")


class Base(Form):
    """The fields that every template has."""

    version = HiddenField()
    language = SelectField(N_("Language"))
    text = TextAreaField(N_("Base text"), [Length(max=TEXT)])
    labels = SelectMultipleField(N_("Labels"))
    campaign = SelectField(N_("Campaign"))
    paid = BooleanField(N_("Paid, or somebody gets something for it"))


def form_for(row: Template, actor: Actor, data: Any = None) -> Base:
    """The form of a template, filled from what was typed (`data`) or from what it says."""
    fields: dict[str, Any] = {}
    for each in row.content["forms"]:
        words = _("Text for %(handle)s", handle=each["handle"])
        fields[f"text-{each['channel']}"] = TextAreaField(words, [Length(max=TEXT)])
        fields[f"out-{each['channel']}"] = BooleanField(_("Take %(handle)s out", handle=each["handle"]))
    for name, _part in parts.named(row.content.get("parts", ())):
        fields[name] = TextAreaField(parts.heading(name), [Length(max=TEXT)])
    for key in pictures(row, actor):
        fields[f"alt-{key}"] = TextAreaField(_("Description"), [Length(max=ALT)])
        fields[f"decorative-{key}"] = BooleanField(_("Decorative, skip it for screen readers"))
        fields[f"out-{key}"] = BooleanField(_("Take the picture out"))
    made: Base = type("Template", (Base,), fields)(data, data=_values(row))
    _choices(made, row, actor)
    return made


def _choices(form: Base, row: Template, actor: Actor) -> None:
    tags = sorted({*LANGUAGES, row.language}, key=lambda tag: language_name(tag).casefold())
    form.language.choices = [(tag, language_name(tag)) for tag in tags]
    form.labels.choices = [(str(each.id), each.name) for each in catalog.offered(Label, actor.organization_id)]
    campaigns = [(str(each.id), each.name) for each in catalog.offered(Campaign, actor.organization_id)]
    form.campaign.choices = [("", _("None")), *campaigns]
    for name in NAMED:
        form[name].label.text = _(form[name].label.text)


def _values(row: Template) -> Kept:
    kept = row.content
    plain = {name: kept[name] for name in ("labels", "campaign", "paid")}
    own = {f"text-{each['channel']}": each["text"] or "" for each in kept["forms"]}
    further = {name: part["text"] for name, part in parts.named(kept.get("parts", ()))}
    seen = {_key(each): each for each in kept["pictures"]}
    alts = {f"alt-{key}": each["alt"] for key, each in seen.items()}
    marks = {f"decorative-{key}": each["decorative"] for key, each in seen.items()}
    said = {"version": str(row.version), "language": row.language, "text": row.text}
    return said | plain | own | further | alts | marks


def pictures(row: Template, actor: Actor) -> dict[str, tuple[str, str]]:
    """Those of its pictures that this person sees: the key of their fields -> the address of a small one, and on which
    channel or with which part (nothing: on the base)."""
    handles = {each["channel"]: each["handle"] for each in row.content["forms"]}
    found, _unseen = packing.pictures(row, set(map(uuid.UUID, handles)), actor)
    kept = [packing.picture(each) for each in found]
    thumbs = [each.asset.rendition("thumb").key for each in found]
    return {_key(each): (thumb, _place(each, handles)) for each, thumb in zip(kept, thumbs, strict=True)}


def _place(picture: Kept, handles: dict[str, str]) -> str:
    return parts.heading(picture["part"]) if picture["part"] else handles.get(picture["channel"], "")


def _key(picture: Kept) -> str:
    return "-".join(filter(None, (picture["asset"], picture["channel"], picture.get("part", ""))))


def said(row: Template, form: Base) -> Said:
    """What it says with what was typed. Call after `form.validate()`."""
    kept = row.content
    forms = [_form(each, form) for each in kept["forms"] if not form[f"out-{each['channel']}"].data]
    on = {"", *(each["channel"] for each in forms)}
    seen = [picture for each in kept["pictures"] if each["channel"] in on and (picture := _picture(each, form))]
    further = [dict(part, text=plain_lines(form[name].data)) for name, part in parts.named(kept.get("parts", ()))]
    content = {"forms": forms, **_filed(kept, form), **_followed(further, seen)}
    return Said(plain_lines(form.text.data), form.language.data, {**kept, **content})


def _followed(further: list[Kept], pictures: list[Kept]) -> Kept:
    """The parts that say or show something, and all pictures, each with its part, whatever that is called then."""
    shown = {each.get("part", "") for each in pictures}
    stay = [(name, part) for name, part in parts.named(further) if part["text"] or name in shown]
    before, after = [name for name, _part in stay], [name for name, _part in parts.named(part for _n, part in stay)]
    now = {"": "", **dict(zip(before, after, strict=True))}
    placed = [(each, each.get("part", "")) for each in pictures]
    moved = [dict(each, part=now[part]) if part else each for each, part in placed if part in now]
    return {"pictures": moved, "parts": [part for _name, part in stay]}


def _form(each: Kept, form: Base) -> Kept:
    """An empty text is that of the base; one that was empty on purpose stays so."""
    typed = plain_lines(form[f"text-{each['channel']}"].data)
    return {**each, "text": each["text"] if typed == (each["text"] or "") else typed or None}


def _picture(each: Kept, form: Base) -> Kept | None:
    key = _key(each)
    if f"alt-{key}" not in form:
        return each
    if form[f"out-{key}"].data:
        return None
    return {**each, "alt": plain_lines(form[f"alt-{key}"].data), "decorative": bool(form[f"decorative-{key}"].data)}


def _filed(kept: Kept, form: Base) -> Kept:
    """What is put away can be brought back: a template that had it has it then again."""
    hidden = {each for each in kept["labels"] if each not in form.labels.pairs}
    lost = kept["campaign"] if kept["campaign"] not in form.campaign.pairs else ""
    return {
        "labels": sorted({*(form.labels.data or ()), *hidden}),
        "campaign": form.campaign.data or lost,
        "paid": bool(form.paid.data),
    }
