"""The forms of a template: its name and whose it is, in the composer; its name alone, on its page; which one a post
is to replace."""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.http.choosing import RadioField
from webapp.http.forms import Form
from webapp.i18n import N_, _

from ..models import Post
from .models import Template

LONGEST = 80
MINE, REGION = "mine", "region"
_PICKED = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9]{1,9})")


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


class PickForm(Form):
    """Which template is to say what a post says: its id and the version that was read."""

    template = RadioField(N_("Which template?"), [DataRequired()], validate_choice=False)

    def offer(self, rows: Iterable[Template]) -> None:
        """Put these to choose from."""
        self.template.label.text = _(self.template.label.text)
        self.template.choices = [(f"{row.id}.{row.version}", row.name) for row in rows]

    def picked(self) -> tuple[uuid.UUID, int] | None:
        """Id and version, if it is that at all."""
        found = _PICKED.fullmatch(self.template.data or "")
        return (uuid.UUID(found[1]), int(found[2])) if found else None


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
