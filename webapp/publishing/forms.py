"""The forms of publishing: a pause, another time, the address of what a person found."""

from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from webapp import times
from webapp.errors import Invalid
from webapp.http.forms import Form
from webapp.i18n import _
from webapp.posts.checks import time_problem

from .pauses import REASONS


class PauseForm(Form):
    """What stops, and why. `scope` is `region:<id>` or `channel:<id>`."""

    scope = RadioField(validators=[InputRequired()])
    channel = SelectField(validators=[Optional()])
    reason = RadioField(validators=[Optional()])


def pause_form(data: Any, scopes: list[tuple[str, str]], channels: list[tuple[str, str]], **values: Any) -> PauseForm:
    """With words and the scopes a person may pause."""
    form = PauseForm(data, **values)
    form.scope.label.text, form.channel.label.text = _("What stops"), _("Channel")
    form.reason.label.text = _("Why")
    form.scope.choices = scopes
    form.channel.choices = [("", _("Choose a channel")), *channels]
    form.reason.choices = [(key, _(label)) for key, label in REASONS.items()]
    return form


class FoundForm(Form):
    """Where the post is."""

    url = StringField(validators=[Optional(), Length(max=2000)])


def found_form(data: Any = None) -> FoundForm:
    """With words."""
    form = FoundForm(data)
    form.url.label.text = _("Address of the post there")
    return form


class MoveForm(Form):
    """Another time, in the zone of the post."""

    date = DateField(validators=[InputRequired()])
    time = TimeField(validators=[InputRequired()], format=["%H:%M", "%H:%M:%S"])

    def planned(self, zone: str) -> times.Planned:
        """The instant that was typed. Raises Invalid beside the field, offering what is possible."""
        wall = f"{self.date.data.isoformat()}T{self.time.data.strftime('%H:%M')}"
        try:
            return times.plan(times.parse_wall(wall), zone)
        except times.TimeError as error:
            raise Invalid(fields={"time": time_problem(error, zone)}) from None


def move_form(data: Any = None, **values: Any) -> MoveForm:
    """With words."""
    form = MoveForm(data, **values)
    form.date.label.text, form.time.label.text = _("Day"), _("Time")
    return form
