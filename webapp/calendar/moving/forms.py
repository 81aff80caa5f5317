"""The form of a move: a free slot that was tapped, or a day and a time; and what a clock change asks."""

import re
from datetime import datetime
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import Length

from webapp import times
from webapp.errors import Invalid
from webapp.http.choosing import RadioField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.posts import checks, composer_forms
from webapp.posts.models import Post
from webapp.times import Planned

MOVE, COPY, CHOOSE = "move", "copy", "choose"


class MoveForm(Form):
    """`do`: move or copy; or choose, for the composer one came from. `at`: the instant of a free slot; it comes before
    what is typed."""

    version = HiddenField(validators=[Length(max=9)])
    do = RadioField(N_("What to do"), default=MOVE)
    at = HiddenField(validators=[Length(max=40)])
    date = StringField(N_("Day"), [Length(max=20)])
    time = StringField(N_("Time"), [Length(max=20)])
    fold = RadioField(N_("This hour comes twice"), validate_choice=False)
    instead = RadioField(N_("This hour does not exist"), validate_choice=False)

    @classmethod
    def of(cls, post: Post, data: Any = None, *, movable: bool = True, composing: bool = False) -> "MoveForm":
        """The form of a post: what was sent, or where it stands now. `composing`: asked for by the composer."""
        wall = post.wall.split("T") if "T" in post.wall else ["", ""]
        values = {"version": str(post.version), "date": wall[0], "time": wall[1], "do": MOVE if movable else COPY}
        form = cls(data, data=values)
        both = [(MOVE, _("Move it")), (COPY, _("Copy it"))]
        form.do.choices = both if movable else both[1:]
        if movable and (composing or form.do.data == CHOOSE):
            form.do.choices, form.do.data = [(CHOOSE, _("Use this time"))], CHOOSE
        form.fold.choices, form.instead.choices = [], []
        for field in (form.do, form.date, form.time, form.fold, form.instead):
            field.label.text = _(field.label.text)
        return form

    def suggest(self, day: str) -> None:
        """Another day, at the hour it has; what is none is left out."""
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
            self.date.data = day

    @property
    def known_version(self) -> int:
        """The version it was made from; -1 for what is none."""
        raw = self.version.data or ""
        return int(raw) if re.fullmatch(r"[0-9]{1,9}", raw) else -1

    def planned(self, zone: str) -> Planned:
        """The time that is chosen, in the zone of the post's region. Raises Invalid at its field."""
        if self.at.data:
            return times.planned_from(instant(self.at.data), zone)
        day, hour = (self.date.data or "").strip(), (self.time.data or "").strip()
        try:
            if not (day and hour):
                raise times.TimeError("form")
            return composer_forms.placed(self, times.parse_wall(f"{day}T{hour[:5]}"), zone)
        except times.TimeError as error:
            field = "date" if error.kind in ("range", "form") else "time"
            raise Invalid(fields={field: checks.time_problem(error, zone)}) from None


def instant(raw: str) -> datetime:
    """The instant of a button. Raises Invalid for what is none."""
    try:
        at = datetime.fromisoformat(raw)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 2000 < at.year < 2100:
        raise Invalid(_("This form is damaged. Reload the page and try again."))
    return at
