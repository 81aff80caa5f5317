"""The fields of a counted link, part of the composer's form."""

from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.http.forms import Form
from webapp.i18n import N_, _

from ..checks.links import UTM
from ..models import Post
from . import tagged


class LinkForm(Form):
    """An address, and where the visit comes from. Names begin with `link-`."""

    url = StringField(N_("Link"), [DataRequired(), Length(max=tagged.LONGEST)])
    utm_source = StringField(N_("Source"), [Length(max=100)])
    utm_medium = StringField(N_("Medium"), [Length(max=100)])
    utm_campaign = StringField(N_("Campaign"), [Length(max=100)])

    @classmethod
    def of(cls, post: Post, data: Any = None) -> "LinkForm":
        """What was sent, or what suits the post."""
        form = cls(data, data=tagged.suggested(post), prefix="link-")
        for each in form:
            each.label.text = _(each.label.text)
        return form

    def link(self) -> str:
        """The link that is made. Raises Invalid."""
        given = {name: (self[name].data or "").strip() for name in UTM}
        return tagged.tagged((self.url.data or "").strip(), given)

    def blame(self, fields: dict[str, str]) -> None:
        """Put sentences beside their fields."""
        for name, sentence in fields.items():
            self[name].errors = [*self[name].errors, sentence]
