"""The forms of a label and of a campaign."""

from typing import Any

from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, Optional

from webapp.http.forms import Form
from webapp.i18n import N_, _

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
        return {name: value.strip() if isinstance(value, str) else value for name, value in self.data.items()}


class CampaignForm(LabelForm):
    """A name, and perhaps from when until when."""

    starts_on = DateField(N_("From"), [Optional()])
    ends_on = DateField(N_("Until"), [Optional()])
