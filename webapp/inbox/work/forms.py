"""The forms of what people do with a conversation."""

from datetime import datetime
from typing import Any

from wtforms import DateField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length

from webapp import times
from webapp.errors import Invalid
from webapp.http.choosing import RadioField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import _

LONGEST_NOTE = 5000


class NoteForm(Form):
    """Words for the team."""

    text = TextAreaField(validators=[DataRequired(), Length(max=LONGEST_NOTE)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.text.label.text = _("Note to your team")


class AssignForm(Form):
    """`person`: who has it from now on, or nobody."""

    person = RadioField(choices=[])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.person.label.text = _("Who answers?")


class LabelsForm(Form):
    """Any of the organization's labels."""

    labels = SelectMultipleField(choices=[])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.labels.label.text = _("Labels")


class SnoozeForm(Form):
    """A day and a time in the place of the conversation."""

    day = DateField(validators=[InputRequired()])
    time = TimeField(validators=[InputRequired()])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.day.label.text, self.time.label.text = _("Day"), _("Time")

    def instant(self, zone: str) -> datetime:
        """When that is there; of an hour that comes twice the first. Raises Invalid."""
        try:
            wall = times.parse_wall(f"{self.day.data.isoformat()}T{self.time.data:%H:%M}")
            return times.plan(wall, zone, fold=0).at
        except times.TimeError as error:
            if error.kind == "skipped":
                return error.choices[1]
            raise Invalid(fields={"day": _("This date is not in the calendar, or too far away.")}) from None
