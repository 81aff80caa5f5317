"""The forms of publishing: a pause, another time, the address of what a person found."""

from datetime import timedelta
from typing import Any

from wtforms import DateField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from webapp import times
from webapp.errors import Invalid
from webapp.http.choosing import RadioField, SelectField
from webapp.http.forms import Form, Whole
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


class TogetherForm(Form):
    """What becomes of several held deliveries: released `apart` minutes from each other, or moved by days and hours."""

    how = RadioField(validators=[InputRequired()])
    apart = Whole(validators=[Optional(), NumberRange(1, 120)])
    days = Whole(validators=[Optional(), NumberRange(0, 60)])
    hours = Whole(validators=[Optional(), NumberRange(0, 23)])

    def by(self) -> timedelta:
        """How much later everything moves, in wall time."""
        return timedelta(days=self.days.data or 0, hours=self.hours.data or 0)

    def whole(self) -> bool:
        """Whether what the chosen way needs is there; each field says what is missing."""
        sound = self.validate()
        if sound and self.how.data == "release" and not self.apart.data:
            self.fail({"apart": _("Type how many minutes lie between two posts.")})
            return False
        if sound and self.how.data == "move" and not self.by():
            self.fail({"days": _("Type by how much they move.")})
            return False
        return sound


def together_form(data: Any = None, **values: Any) -> TogetherForm:
    """With words."""
    form = TogetherForm(data, **values)
    form.how.label.text, form.apart.label.text = _("What to do with them"), _("Minutes between two posts")
    form.days.label.text, form.hours.label.text = _("Days"), _("Hours")
    form.how.choices = [
        ("release", _("Release now, one after the other")),
        ("move", _("Move all, keeping their spacing")),
    ]
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
