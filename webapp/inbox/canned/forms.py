"""The forms of a canned reply and of a macro. A reply has one field for each of its languages."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from wtforms import BooleanField, FileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.db import session
from webapp.http.choosing import SelectField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.people import roles
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts.composer_forms import LANGUAGES

from . import keeping, uses
from .models import CannedReply
from .offering import language_name
from .pictures import library

PREFIX, ALT, DROP = "text_", "alt_", "drop_"


def regions_of(actor: Actor) -> list[Region]:
    """Where this person answers, from headquarters down."""
    query = sa.select(Region).where(*scope(Region, actor, Permission.REPLY)).order_by(Region.path)
    return list(session.scalars(query))


class CannedForm(Form):
    """Code, title, folder, whom it is for; the languages are added by `form_for`."""

    title = StringField(N_("Title"), [DataRequired(), Length(max=80)])
    code = StringField(N_("Short code"), [DataRequired(), Length(max=30)])
    folder = StringField(N_("Folder"), [Length(max=40)])
    region = SelectField(N_("For"))
    private = BooleanField(N_("Only for me"))
    roles = SelectMultipleField(N_("Only these roles"))
    file = FileField(N_("A new picture"))
    of_library = SelectField(N_("Or one of the library"), default="")
    alt = StringField(N_("What it shows"), [Length(max=library.LONGEST)])

    def texts(self) -> list[Any]:
        """The fields of the languages."""
        return [field for field in self if field.name.startswith(PREFIX)]

    def pictures(self) -> list[tuple[str, Any, Any]]:
        """Those it has: (id, the field of the description, the field that takes it out)."""
        found = [field.name.removeprefix(ALT) for field in self if field.name.startswith(ALT)]
        return [(str(uuid.UUID(key)), self[ALT + key], self[DROP + key]) for key in found]

    def adds_well(self, upload: Any) -> bool:
        """Whether a picture that is added, if any, has its description."""
        adds = bool((upload and upload.filename) or self.of_library.data)
        if adds and not (self.alt.data or "").strip():
            self.fail({"alt": _("Say what the picture shows.")})
            return False
        return True

    def values(self, added: str = "") -> keeping.Values:
        """What was typed; `added` is the id of a picture that came with it."""
        texts = {tag_of(f.name): _lines(f.data or "") for f in self.texts() if (f.data or "").strip()}
        code = (self.code.data or "").strip().lstrip("/").casefold()
        title, folder = ((field.data or "").strip() for field in (self.title, self.folder))
        pictures = [
            {"asset": key, "alt": (alt.data or "").strip()} for key, alt, drop in self.pictures() if not drop.data
        ]
        pictures += [{"asset": added, "alt": (self.alt.data or "").strip()}] if added else []
        private, roles_ = bool(self.private.data), tuple(self.roles.data or ())
        return keeping.Values(code, title, texts, folder, private, roles_, tuple(pictures))

    def fail(self, fields: Mapping[str, str]) -> None:
        """Sentences beside their fields; what concerns the texts stands at the first of them."""
        first = self.texts()[0].name
        super().fail({(first if name == "text" else name): said for name, said in fields.items()})


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def tag_of(name: str) -> str:
    """`text_pt_BR` is pt-BR."""
    return name.removeprefix(PREFIX).replace("_", "-")


def name_of(tag: str) -> str:
    """The field of a language."""
    return PREFIX + tag.replace("-", "_")


def tags_in(names: Iterable[str]) -> list[str]:
    """The languages that a sent form has fields for."""
    tags = [tag_of(name) for name in names if name.startswith(PREFIX)]
    return [tag for tag in dict.fromkeys(tags) if keeping.TAG.fullmatch(tag)][: keeping.LANGUAGES]


def pictures_in(names: Iterable[str]) -> list[str]:
    """The pictures that a sent form has fields for."""
    return uses.ids(name.removeprefix(ALT) for name in names if name.startswith(ALT))


def form_for(
    actor: Actor,
    tags: Iterable[str],
    data: Any = None,
    row: CannedReply | None = None,
    kept: Any = None,
    pictures: Iterable[str] = (),
) -> CannedForm:
    """The form with a field for each language. The region of one that exists stays as it is.

    `kept`: what the fields say at first, when not what the row says: a change of it that waits.
    """
    fields: dict[str, Any] = {
        name_of(tag): TextAreaField(language_name(tag), [Length(max=keeping.LONGEST)]) for tag in tags
    }
    shown = pictures if data is not None else [each["asset"] for each in (kept or row).pictures] if row else ()
    for key in (uuid.UUID(each).hex for each in shown):
        fields[ALT + key] = StringField(_("What it shows"), [DataRequired(), Length(max=library.LONGEST)])
        fields[DROP + key] = BooleanField(_("Take it out"))
    made: type[CannedForm] = type("CannedForm", (CannedForm,), fields)
    first = _kept(kept or row) if row is not None and data is None else {}
    form = made(data, **first)
    regions = [row.region] if row is not None else regions_of(actor)
    form.region.choices = [(str(region.id), region.name) for region in regions]
    form.of_library.choices = [("", _("None")), *((str(each.id), each.name) for each in library.recent(actor))]
    form.roles.choices = [(str(role.id), roles.word(role)) for role in roles.all_of(actor.organization_id)]
    if form.region.data in (None, "None", "") and regions:
        form.region.data = str(regions[0].id)
    for each in form:
        if not each.name.startswith((PREFIX, ALT, DROP)):
            each.label.text = _(each.label.text)
    return form


def _kept(row: Any) -> dict[str, Any]:
    texts = {name_of(tag): text for tag, text in row.texts.items()}
    texts |= {ALT + uuid.UUID(each["asset"]).hex: each["alt"] for each in row.pictures}
    return {"title": row.title, "code": row.code, "folder": row.folder, "roles": row.roles, **texts}


def other_languages(tags: Iterable[str]) -> list[tuple[str, str]]:
    """Languages that may be added, by name."""
    taken = set(tags)
    left = [(tag, language_name(tag)) for tag in LANGUAGES if tag and tag not in taken]
    return sorted(left, key=lambda pair: pair[1].casefold())


class ImportForm(Form):
    """A file, or the content of the one that was tried before."""

    file = FileField(N_("CSV file"))
    content = TextAreaField(N_("Content"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.file.label.text, self.content.label.text = _("CSV file"), _("Content")


class MacroForm(Form):
    """A name and what it does."""

    name = StringField(N_("Name"), [DataRequired(), Length(max=40)])
    region = SelectField(N_("For"))
    canned = SelectField(N_("Answer with"))
    label = SelectField(N_("Add the label"))
    mine = BooleanField(N_("Make it mine"))
    done = BooleanField(N_("Mark it done"))


def macro_form(actor: Actor, rows: Iterable[CannedReply], labels: Iterable[Any], data: Any = None) -> MacroForm:
    """The form with what may be chosen."""
    form = MacroForm(data)
    form.region.choices = [(str(region.id), region.name) for region in regions_of(actor)]
    form.canned.choices = [("", _("Nothing")), *((str(row.id), row.title) for row in rows if not row.owner_id)]
    form.label.choices = [("", _("None")), *((str(label.id), label.name) for label in labels)]
    for each in form:
        each.label.text = _(each.label.text)
    return form


def chosen(raw: str | None) -> uuid.UUID | None:
    """The id of a choice; None for none."""
    return uuid.UUID(raw) if raw else None
