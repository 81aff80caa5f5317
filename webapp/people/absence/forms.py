"""The form of an absence. Dates are typed as the browser's own field sends them."""

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField
from wtforms.validators import StopValidation

from webapp.http.choosing import RadioField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.people.forms import Words, choice

NOBODY = ""
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Day:
    """A day that a calendar of ours knows."""

    field_flags = {"required": True}

    def __call__(self, form: Form, field: Any) -> None:
        if field.data is None:
            field.errors = []
            raise StopValidation(_("Choose a date.") if not any(field.raw_data or ()) else _too_far())
        if not _EARLIEST <= field.data < _LATEST:
            raise StopValidation(_too_far())


def _too_far() -> str:
    return _("This date is not in the calendar, or too far away.")


class AbsenceForm(Words):
    """`who`: a person's id, or nothing for nobody."""

    start = DateField(N_("From"), [Day()])
    back = DateField(N_("Back on"), [Day()])
    who = RadioField(N_("Stand-in"), choices=[])
    moves = BooleanField(N_("Posts that wait"))
    notified = BooleanField(N_("Notifications"))


class DeputyForm(Words):
    """`to`: a person's id, or nothing for nobody."""

    to = choice(N_("Who acts instead"))
