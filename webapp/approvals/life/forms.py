"""The forms of what is seldom done with a post that waits."""

from datetime import date, datetime
from typing import Any

from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from webapp import times
from webapp.errors import Invalid
from webapp.http.choosing import RadioField
from webapp.http.forms import Form
from webapp.i18n import _

from .holds import MOST_WORDS


class HoldForm(Form):
    """`until`: a day; it is asked again when work begins there."""

    reason = TextAreaField(validators=[Length(max=MOST_WORDS)])
    until = DateField(validators=[InputRequired()])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reason.label.text, self.until.label.text = _("Why?"), _("Ask again on")

    def instant(self, zone: str, hour: str) -> datetime:
        """When work begins there on that day. Raises Invalid for a day no calendar of ours knows."""
        day: date = self.until.data
        try:
            return times.plan(times.parse_wall(f"{day.isoformat()}T{hour}"), zone, fold=0).at
        except times.TimeError as error:
            if error.kind == "skipped":
                return error.choices[1]
            raise Invalid(fields={"until": _("This date is not in the calendar, or too far away.")}) from None


class HandoffForm(Form):
    """`to`: the person who is asked instead."""

    to = RadioField(choices=[])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.to.label.text = _("Who decides instead?")
