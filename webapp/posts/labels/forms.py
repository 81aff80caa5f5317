"""The forms of a label and of a campaign."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from webapp.http.choosing import SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.people.models import Region

LONGEST = 60


class LabelForm(Form):
    """A name."""

    name = StringField(N_("Name"), [DataRequired(), Length(max=LONGEST)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self:
            each.label.text = _(each.label.text)

    def values(self) -> dict[str, Any]:
        """What was typed, without spaces around."""
        return {name: (value or "").strip() if isinstance(value, str) else value for name, value in self.data.items()}


class CampaignForm(LabelForm):
    """A name, and perhaps from when until when; what it is to reach, and in which regions."""

    starts_on = DateField(N_("From"), [Optional()])
    ends_on = DateField(N_("Until"), [Optional()])
    goal = TextAreaField(N_("Goal"), [Length(max=500)])
    regions = SelectMultipleField(N_("Regions"))

    def among(self, regions: Sequence[Region]) -> "CampaignForm":
        """With the regions there are."""
        self.regions.choices = [(str(row.id), row.name) for row in regions]
        return self

    def values(self) -> dict[str, Any]:
        """A goal has one kind of line end; regions are in the order of their tree."""
        said = super().values()
        chosen = set(said["regions"] or ())
        ordered = [each for each in self.regions.pairs if each in chosen]
        return {**said, "goal": (said["goal"] or "").replace("\r\n", "\n"), "regions": ordered}
