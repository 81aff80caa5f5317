"""A comment that points at a place."""

import uuid
from typing import Any

from wtforms import StringField
from wtforms.validators import Length

from webapp.i18n import _

from ..forms import CommentForm


class PointForm(CommentForm):
    """`place`: the token of a place. `about`: the revision it was read in, or nothing for the working copy."""

    place = StringField(validators=[Length(max=80)])
    about = StringField(validators=[Length(max=40)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.text.label.text = _("What about it?")

    def about_id(self) -> uuid.UUID | None:
        """The id of the revision that was read; None for the working copy, or for what is no id."""
        return id_of(self.about.data)


def id_of(raw: str | None) -> uuid.UUID | None:
    """An id as it is written in forms."""
    try:
        return uuid.UUID(raw) if raw and len(raw) == 36 else None
    except ValueError:
        return None
