"""The form of an import: a calendar file, in which region its days are, and what they are."""

from collections.abc import Sequence
from typing import Any

from webapp.http.choosing import RadioField, SelectField
from webapp.http.tried import TriedForm
from webapp.i18n import N_, _
from webapp.people.models import Region

from ..special import KINDS, LAUNCH


class DaysForm(TriedForm):
    """`kind` and `region`: of every day in the file."""

    kind = RadioField(N_("What these days are"), default=LAUNCH)
    region = SelectField(N_("Region, with those below it"))

    @classmethod
    def offering(cls, regions: Sequence[Region], data: Any = None) -> "DaysForm":
        """With the regions in which this person may say so."""
        form = cls(data)
        form.kind.choices = [(key, _(label)) for key, label in KINDS.items()]
        form.region.choices = [(str(row.id), row.name) for row in regions]
        form.file.label.text = _("Calendar file (.ics)")
        return form
