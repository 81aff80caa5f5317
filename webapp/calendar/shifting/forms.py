"""By how many days."""

from typing import Any

from wtforms.validators import InputRequired, NumberRange

from webapp.http.choosing import RadioField
from webapp.http.forms import Form, Whole
from webapp.i18n import N_, _

from .planning import MOST_DAYS

LATER, EARLIER = "later", "earlier"


class DaysForm(Form):
    """A number of days, and which way."""

    days = Whole(N_("By how many days"), [InputRequired(), NumberRange(1, MOST_DAYS)], default=7)
    way = RadioField(N_("Which way"), default=LATER)

    @classmethod
    def of(cls, data: Any = None) -> "DaysForm":
        """As it was asked, or a week later."""
        form = cls(data)
        form.way.choices = [(LATER, _("Later")), (EARLIER, _("Earlier"))]
        for field in form:
            field.label.text = _(field.label.text)
        return form

    @property
    def shift(self) -> int:
        """Days, less than nothing for earlier; after `validate`."""
        days = self.days.data or 0
        return -days if self.way.data == EARLIER else days
