"""The forms of a template: its name and whose it is, in the composer; its name alone, on its page."""

from collections.abc import Mapping
from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.http.choosing import RadioField
from webapp.http.forms import Form
from webapp.i18n import N_, _

from ..models import Post

LONGEST = 80
MINE, REGION = "mine", "region"


class NameForm(Form):
    """A name."""

    name = StringField(N_("Name"), [DataRequired(), Length(max=LONGEST)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self:
            each.label.text = _(each.label.text)

    def said(self) -> str:
        """The name without spaces around."""
        return (self.name.data or "").strip()


class KeepForm(NameForm):
    """Part of the composer's form; names begin with `template-`."""

    scope = RadioField(N_("Who may begin with it"), default=MINE)

    @classmethod
    def of(cls, post: Post, data: Any = None) -> "KeepForm":
        """For a post of a region."""
        form = cls(data, prefix="template-")
        form.scope.choices = [(MINE, _("Only me")), (REGION, _("Everybody in %(region)s", region=post.region.name))]
        return form

    def blame(self, fields: Mapping[str, str], composer: Form) -> None:
        """Put sentences beside their fields, here or in the composer's own form."""
        mine = {name: said for name, said in fields.items() if name in self._fields}
        for name, said in mine.items():
            self[name].errors = [*self[name].errors, said]
        composer.fail({name: said for name, said in fields.items() if name not in mine})
