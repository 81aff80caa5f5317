"""The form of a region's targets, and of the company's own days."""

from typing import Any

from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from webapp.http.choosing import RadioField, SelectField
from webapp.http.forms import Form, Whole
from webapp.i18n import N_, _

from ..special import KINDS

LONGEST = 80


class TargetForm(Form):
    """Three wishes; an empty field is none."""

    posts_a_week = Whole(N_("Posts a week, at least"), [Optional(), NumberRange(0, 500)])
    most_a_day = Whole(N_("Posts a day, at most"), [Optional(), NumberRange(0, 100)])
    silence_hours = Whole(N_("Hours without a post, at most"), [Optional(), NumberRange(0, 24)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self:
            each.label.text = _(each.label.text)


class OwnDayForm(Form):
    """A kind, a name, where, and from when until when."""

    kind = RadioField(N_("What it is"))
    name = StringField(N_("Name"), [DataRequired(), Length(max=LONGEST)])
    region = SelectField(N_("Region, with those below it"))
    first = DateField(N_("From"), [DataRequired()])
    last = DateField(N_("Until"), [Optional()])

    @classmethod
    def offering(cls, regions: list[Any], data: Any = None) -> "OwnDayForm":
        """With the regions in which this person may say so."""
        form = cls(data)
        form.kind.choices = [(key, _(label)) for key, label in KINDS.items()]
        form.region.choices = [(str(row.id), row.name) for row in regions]
        for each in form:
            each.label.text = _(each.label.text)
        return form
