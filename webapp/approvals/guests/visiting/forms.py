"""What somebody outside types."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from webapp.approvals.decisions import MOST_WORDS, REASONS
from webapp.errors import Invalid
from webapp.http.choosing import RadioField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import OFFERED, _
from webapp.people.forms import AtMost, Needed

from ..forms import LONGEST


class NameForm(Form):
    """Who a guest really is, and their language."""

    name = StringField(validators=[Needed(), AtMost(LONGEST)])
    language = RadioField(choices=list(OFFERED.items()))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.name.label.text, self.language.label.text = _("Your name"), _("Language")


class GuestForm(Form):
    """The dock and the sheet of a guest. `decision`: approve, changes, comment for words alone, or why: the dock's way
    to ask for changes, which has no place for reasons."""

    decision = StringField(validators=[Length(max=20)])
    reasons = SelectMultipleField(choices=[(key, key) for key in REASONS])
    comment = TextAreaField(validators=[AtMost(MOST_WORDS)])
    key = StringField(validators=[Length(max=80)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reasons.label.text, self.comment.label.text = _("What is it about?"), _("What should change?")

    def wanted(self) -> str:
        """What was pressed; words alone are a comment, and reason enough. Raises Invalid for anything else."""
        pressed = self.decision.data or "comment"
        if pressed == "why":
            return "changes" if self.words() else pressed
        if pressed not in ("approve", "changes", "comment"):
            raise Invalid(_("Choose approve or request changes."))
        return str(pressed)

    def words(self) -> str:
        """The comment with one kind of line end."""
        return (self.comment.data or "").replace("\r\n", "\n").replace("\r", "\n").strip()

    def once(self) -> str:
        """The key of this page. Raises Invalid for what is none."""
        key = self.key.data or ""
        if key and not (8 <= len(key) <= 80 and key.isascii() and key.isprintable()):
            raise Invalid(_("This form is damaged. Reload the page and try again."))
        return key
