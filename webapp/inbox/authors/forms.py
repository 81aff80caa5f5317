"""The form of an author's card."""

from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length

from webapp.http.forms import Form
from webapp.i18n import _

LONGEST = 2000


class NoteForm(Form):
    """What the team knows of somebody there."""

    note = TextAreaField(validators=[Length(max=LONGEST)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.note.label.text = _("Note for your team")
