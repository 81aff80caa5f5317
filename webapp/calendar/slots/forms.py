"""The form of new slots: which weekdays, which time, what it is called."""

from wtforms import StringField
from wtforms.validators import Length

from webapp.http.choosing import SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _

from ..spans import Week, weekday_name
from .keeping import LONGEST


class SlotForm(Form):
    """Several weekdays at once."""

    weekdays = SelectMultipleField(N_("On these days"))
    wall = StringField(N_("Time"), [Length(max=5)])
    name = StringField(N_("Name"), [Length(max=LONGEST)])

    @classmethod
    def offering(cls, week: Week, data: object = None) -> "SlotForm":
        """With the weekdays in the order in which weeks run there."""
        form = cls(data)
        order = [(week.first + n) % 7 for n in range(7)]
        form.weekdays.choices = [(str(n + 1), weekday_name(n)) for n in order]
        for field in form:
            field.label.text = _(field.label.text)
        return form

    @property
    def days(self) -> list[int]:
        """ISO weekdays."""
        return [int(raw) for raw in self.weekdays.data or ()]
