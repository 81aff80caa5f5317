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

from . import keeping
from .models import CannedReply
from .offering import language_name

PREFIX = "text_"


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

    def texts(self) -> list[Any]:
        """The fields of the languages."""
        return [field for field in self if field.name.startswith(PREFIX)]

    def values(self) -> keeping.Values:
        """What was typed."""
        texts = {tag_of(f.name): _lines(f.data or "") for f in self.texts() if (f.data or "").strip()}
        code = (self.code.data or "").strip().lstrip("/").casefold()
        title, folder = ((field.data or "").strip() for field in (self.title, self.folder))
        return keeping.Values(code, title, texts, folder, bool(self.private.data), tuple(self.roles.data or ()))

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


def form_for(
    actor: Actor, tags: Iterable[str], data: Any = None, row: CannedReply | None = None, kept: Any = None
) -> CannedForm:
    """The form with a field for each language. The region of one that exists stays as it is.

    `kept`: what the fields say at first, when not what the row says: a change of it that waits.
    """
    fields = {name_of(tag): TextAreaField(language_name(tag), [Length(max=keeping.LONGEST)]) for tag in tags}
    made: type[CannedForm] = type("CannedForm", (CannedForm,), fields)
    first = _kept(kept or row) if row is not None and data is None else {}
    form = made(data, **first)
    regions = [row.region] if row is not None else regions_of(actor)
    form.region.choices = [(str(region.id), region.name) for region in regions]
    form.roles.choices = [(str(role.id), roles.word(role)) for role in roles.all_of(actor.organization_id)]
    if form.region.data in (None, "None", "") and regions:
        form.region.data = str(regions[0].id)
    for each in form:
        if not each.name.startswith(PREFIX):
            each.label.text = _(each.label.text)
    return form


def _kept(row: Any) -> dict[str, Any]:
    texts = {name_of(tag): text for tag, text in row.texts.items()}
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
