"""The form of a region's inbox: reply times in minutes of working time, and blocked words."""

import uuid
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from webapp.http.forms import Form, Whole
from webapp.i18n import _

SHORTEST, LONGEST = 5, 7 * 24 * 60
MOST_WORDS = 20_000


class InboxForm(Form):
    """`minutes` of the region; the channels' own stand beside it (`own`). Empty: as the region, or as Nod suggests."""

    minutes = Whole(validators=[Optional(), NumberRange(SHORTEST, LONGEST)])
    words = TextAreaField(validators=[Length(max=MOST_WORDS)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.minutes.label.text = _("Minutes of working time")
        self.words.label.text = _("Blocked words, one a line")


def own(channels: list[tuple[uuid.UUID, str]]) -> type[InboxForm]:
    """The form with a field for each channel, named by it."""
    fields: dict[str, Any] = {
        f"channel-{channel_id}": Whole(name, validators=[Optional(), NumberRange(SHORTEST, LONGEST)])
        for channel_id, name in channels
    }
    return type("RegionInboxForm", (InboxForm,), fields)
