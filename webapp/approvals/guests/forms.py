"""Whom the company asks."""

from typing import Any

from wtforms import EmailField, StringField

from webapp.http.choosing import RadioField, SelectField
from webapp.http.forms import Form
from webapp.i18n import OFFERED, _, ngettext
from webapp.people.forms import AtMost, Needed

LONGEST = 80
DAYS = (1, 3, 7, 30)


class InviteForm(Form):
    """Whom to ask. `days`: how long the link works after its mail."""

    email = EmailField(validators=[Needed(), AtMost(254)])
    name = StringField(validators=[AtMost(LONGEST)])
    language = RadioField(choices=list(OFFERED.items()))
    days = SelectField(choices=[])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.email.label.text, self.name.label.text = _("E-mail address"), _("Name, as you call them")
        self.language.label.text, self.days.label.text = _("Language of the mail and the page"), _("The link works")
        self.days.choices = [(str(n), ngettext("%(n)s day", "%(n)s days", n)) for n in DAYS]
