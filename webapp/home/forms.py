"""The form of the organization's settings."""

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from webapp.http.choosing import SelectField
from webapp.http.forms import Form, Whole
from webapp.i18n import OFFERED, _
from webapp.people.models import Organization


class SettingsForm(Form):
    """Name, language of mail to people who chose none, when late is too late, and whether numbers name people."""

    name = StringField(validators=[InputRequired(), Length(max=100)])
    language = SelectField()
    late_minutes = Whole(validators=[InputRequired(), NumberRange(min=1, max=1440)])
    names_people = BooleanField()


def settings_form(data: Any, organization: Organization) -> SettingsForm:
    """With words, and what is stored."""
    form = SettingsForm(data, obj=organization)
    form.name.label.text = _("Name of the organization")
    form.language.label.text = _("Language for new people")
    form.language.choices = list(OFFERED.items())
    form.late_minutes.label.text = _("Minutes after which a late post is held")
    form.late_minutes.description = _(
        "A post that could not go out in time is not sent later by itself; a person decides."
    )
    form.late_minutes.render_kw = {"inputmode": "numeric"}
    form.names_people.label.text = _("Approvals in numbers name people")
    form.names_people.description = _(
        "Adds a table by name of how long each person takes to decide, to the screen and to its files. Everybody who"
        " reads the numbers sees it. Everybody who reads the activity sees that you turned it on."
    )
    return form
