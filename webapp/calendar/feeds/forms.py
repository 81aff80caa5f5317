"""The form of a new feed: everything one sees, a region, or a campaign."""

from collections.abc import Mapping
from typing import Any

from webapp.http.choosing import SelectField
from webapp.http.forms import Form
from webapp.i18n import N_, _


class FeedForm(Form):
    """`what`: the id of a region or of a campaign; nothing for all."""

    what = SelectField(N_("What it shows"))

    @classmethod
    def offering(cls, regions: Mapping[str, Any], campaigns: Mapping[str, Any], data: Any = None) -> "FeedForm":
        """With what this person may choose."""
        form = cls(data)
        places = [(key, _("Region: %(name)s", name=row.name)) for key, row in regions.items()]
        themes = [(key, _("Campaign: %(name)s", name=row.name)) for key, row in campaigns.items()]
        form.what.choices = [("", _("Everything I may see")), *places, *themes]
        form.what.label.text = _(form.what.label.text)
        return form
