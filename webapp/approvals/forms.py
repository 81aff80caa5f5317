"""The form of a decision: the dock sends it with nothing typed, the sheet with reasons and words."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import request
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from webapp import times
from webapp.errors import Invalid
from webapp.http.forms import Form
from webapp.i18n import _

from .decisions import MOST_WORDS, REASONS, VERDICTS

OLDEST_TAP = timedelta(days=7)
"""How long a phone keeps what it could not send."""


class DecisionForm(Form):
    """`decision`: approve, changes or reject. `revision`: the one that was read. `tapped_at`: RFC 3339, optional.

    `place`: what a no points at (`posts/talk/places.py`), optional.
    """

    decision = StringField(validators=[Length(max=20)])
    revision = StringField(validators=[Length(max=40)])
    tapped_at = StringField(validators=[Length(max=40)])
    reasons = SelectMultipleField(choices=list(REASONS))
    comment = TextAreaField(validators=[Length(max=MOST_WORDS)])
    place = StringField(validators=[Length(max=80)])

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
        """When the person tapped, in our time, if the phone said so; nothing for what cannot be.

        The phone says in `X-Nod-Sent` what its clock showed when it sent this, so that a clock that is wrong does not
        make a tap older or younger than it is.
        """
        now, at = times.now(), _instant(self.tapped_at.data or "")
        sent = _instant(request.headers.get("X-Nod-Sent", "")) or now
        if at is None or at > sent:
            return None
        tapped = now - (sent - at)
        return tapped if now - tapped <= OLDEST_TAP else None


def _instant(text: str) -> datetime | None:
    """RFC 3339 with its offset, in years a calendar knows."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and 1970 < at.year < 9999 else None
