"""The form of a decision: the dock sends it with nothing typed, the sheet with reasons and words."""

import uuid
from datetime import datetime
from typing import Any

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from webapp import times
from webapp.errors import Invalid
from webapp.http.forms import Form
from webapp.i18n import _

from .decisions import MOST_WORDS, REASONS, VERDICTS


class DecisionForm(Form):
    """`decision`: approve, changes or reject. `revision`: the one that was read. `tapped_at`: RFC 3339, optional."""

    decision = StringField(validators=[Length(max=20)])
    revision = StringField(validators=[Length(max=40)])
    tapped_at = StringField(validators=[Length(max=40)])
    reasons = SelectMultipleField(choices=list(REASONS))
    comment = TextAreaField(validators=[Length(max=MOST_WORDS)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reasons.label.text = _("What is it about?")
        self.comment.label.text = _("Why?") if self.decision.data == "reject" else _("What should change?")

    def verdict(self) -> str:
        """The verdict. Raises Invalid for anything else."""
        if self.decision.data not in VERDICTS:
            raise Invalid(_("Choose approve, request changes or reject."))
        return str(self.decision.data)

    def revision_id(self) -> uuid.UUID:
        """The revision that was read. Raises Invalid when none is named."""
        try:
            return uuid.UUID(self.revision.data or "")
        except ValueError:
            raise Invalid(_("This form is damaged. Reload the page and try again.")) from None

    def words(self) -> str:
        """The comment with one kind of line end."""
        return (self.comment.data or "").replace("\r\n", "\n").replace("\r", "\n").strip()

    def tapped(self) -> datetime | None:
        """When the person tapped, if the phone said so and it is in the past."""
        try:
            at = datetime.fromisoformat(self.tapped_at.data or "")
        except ValueError:
            return None
        return at if at.tzinfo is not None and at.year > 1 and at <= times.now() else None
