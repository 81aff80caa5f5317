"""The form of an idea."""

import uuid
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.http.choosing import SelectField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.people.permissions import Actor

from ..composer_forms import plain_lines
from ..forms import writable
from ..labels import catalog
from ..labels.models import Campaign, Label
from .models import Idea

TITLE, NOTES = 120, 5_000


class IdeaForm(Form):
    """A title, and whatever else is known already. `region` only of a new one."""

    title = StringField(N_("Idea"), [DataRequired(), Length(max=TITLE)])
    notes = TextAreaField(N_("Notes"), [Length(max=NOTES)])
    region = SelectField(N_("Region"), validate_choice=False)
    campaign = SelectField(N_("Campaign"), validate_choice=False)
    labels = SelectMultipleField(N_("Labels"))
    regions: dict[str, Any]

    @classmethod
    def offering(cls, actor: Actor, data: Any = None, row: Idea | None = None) -> "IdeaForm":
        """With what this person may choose, and what the idea has already."""
        have: dict[str, Any] = {}
        if row is not None:
            have = {name: getattr(row, name) for name in ("title", "notes", "labels")}
            have["campaign"] = str(row.campaign_id or "")
        form = cls(data, data=have)
        form.regions = {str(each.id): each for each in writable(actor)}
        form.region.choices = [(key, each.name) for key, each in form.regions.items()]
        campaigns = {str(each.id): each.name for each in catalog.offered(Campaign, actor.organization_id)}
        if row is not None and row.campaign is not None:
            campaigns[str(row.campaign_id)] = row.campaign.name
        form.campaign.choices = [("", _("None")), *campaigns.items()]
        form.labels.choices = [(str(each.id), each.name) for each in catalog.offered(Label, actor.organization_id)]
        for each in form:
            each.label.text = _(each.label.text)
        return form

    def values(self) -> dict[str, Any]:
        """What was typed; what is not offered is left out."""
        campaign = self.campaign.data if self.campaign.data in self.campaign.pairs else ""
        return {
            "title": (self.title.data or "").strip(),
            "notes": plain_lines(self.notes.data).strip(),
            "campaign_id": uuid.UUID(campaign) if campaign else None,
            "labels": [each for each in self.labels.pairs if each in set(self.labels.data or ())],
        }
