"""The forms of channels. The connect form draws itself from the fields a network declares."""

from typing import Any

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webapp.http.choosing import SelectField
from webapp.http.forms import Form, Whole
from webapp.i18n import _
from webapp.networks.base import Network

LONGEST = 300


class RenameForm(Form):
    """What people here call a channel, and who is told about failures."""

    name = StringField(validators=[InputRequired(), Length(max=100)])
    owner = SelectField()
    pace_posts = Whole(validators=[Optional(), NumberRange(0, 100)])
    pace_hours = Whole(validators=[Optional(), NumberRange(1, 48)])


class RemoveForm(Form):
    """Who takes over what waits."""

    to = SelectField()


def rename_form(data: Any, owners: list[tuple[str, str]], **values: Any) -> RenameForm:
    """With words and the people who may own it."""
    form = RenameForm(data, **values)
    form.name.label.text, form.owner.label.text = _("Name here"), _("Owner")
    form.owner.description = _("Is told when something fails on this channel.")
    form.owner.choices = owners
    form.pace_posts.label.text, form.pace_hours.label.text = _("Posts at most"), _("Within hours")
    form.pace_hours.description = _("More than that gets a warning. 0 posts means no limit.")
    return form


def remove_form(data: Any, others: list[tuple[str, str]]) -> RemoveForm:
    """With the channels that could take over."""
    form = RemoveForm(data)
    form.to.label.text = _("What waits for it")
    form.to.description = _("Every post that changes needs its approval again.")
    form.to.choices = [("", _("Take the channel out of those posts")), *others]
    return form


def connect_form(
    network: Network, data: Any, regions: list[tuple[str, str]], owners: list[tuple[str, str]], **values: Any
) -> Form:
    """Region and owner, then the network's own fields."""
    own = {
        field.name: _field(field.kind, field.name, _(field.label), _(field.hint) if field.hint else "")
        for field in network.fields
    }
    shared = {
        "region": SelectField(_("Region"), choices=regions),
        "owner": SelectField(
            _("Owner"), choices=owners, description=_("Is told when something fails on this channel.")
        ),
    }
    form: Form = type("ConnectForm", (Form,), {**own, **shared})(data, **values)
    for field in network.fields:
        form[field.name].render_kw = {
            "autocomplete": field.autocomplete,
            "autocapitalize": "none",
            "spellcheck": "false",
        }
    return form


def _field(kind: str, name: str, label: str, hint: str) -> Any:
    made = PasswordField if kind == "password" else StringField
    return made(label, description=hint, validators=[Length(max=LONGEST)])


def own_values(network: Network, form: Form) -> dict[str, str]:
    """What was typed into the network's own fields."""
    return {field.name: form[field.name].data or "" for field in network.fields}
