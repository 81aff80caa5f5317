"""The small forms of adapting: hand it on, take over, decline, word it for a region."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.http.choosing import RadioField, SelectMultipleField
from webapp.http.forms import Form, Whole
from webapp.i18n import N_, _
from webapp.people.models import Region

from ..composer_forms import plain_lines
from ..models import Post
from . import hours, passages, taking
from .asking import Handing
from .keeping import Standing
from .models import Adaptation, Edition

NOTE, REASON, WORDING = 1000, 1000, 5000


class HandForm(Form):
    """Which regions, and what they may not change."""

    regions = SelectMultipleField(N_("Regions to ask"))
    passages = SelectMultipleField(N_("Locked sentences"))
    links = BooleanField(N_("Lock the links"))
    pictures = BooleanField(N_("Lock the pictures"))
    note = TextAreaField(N_("A word to the regions"), [Length(max=NOTE)])
    time = RadioField(N_("When it goes out there"), default=hours.WALL)

    @classmethod
    def offering(cls, post: Post, regions: Sequence[Region], before: Edition | None, data: Any = None) -> "HandForm":
        """The form of a post: regions that are not asked yet, sentences as they are now, what was locked chosen."""
        known = [passages.token(each) for each in before.passages] if before else []
        old = {"passages": known, "links": bool(before and before.links), "note": before.note if before else ""}
        form = cls(data, data={**old, "pictures": bool(before and before.pictures_locked)})
        form.said = passages.of(post.text)
        form.regions.choices = [(str(region.id), region.name) for region in regions]
        plain = {hours.WALL: _("As headquarters planned it"), hours.BEST: _("Its next free slot")}
        words = {} if hours.timed(post) else plain
        form.time.choices = [(how, words.get(how) or _(hours.WAYS[how])) for how in hours.ways(post)]
        form.passages.choices = [(passages.token(each), each) for each in form.said]
        for field in form:
            field.label.text = _(field.label.text)
        return form

    said: list[str]

    def handing(self, regions: Sequence[Region]) -> Handing:
        """What was chosen, after `validate`."""
        wanted, locked = set(self.regions.data or ()), set(self.passages.data or ())
        return Handing(
            regions=[region for region in regions if str(region.id) in wanted],
            passages=[each for each in self.said if passages.token(each) in locked],
            links=bool(self.links.data),
            pictures=bool(self.pictures.data),
            note=plain_lines(self.note.data).strip(),
            time=self.time.data,
        )


class TakeForm(Form):
    """How a change of headquarters is taken over; `edition` and `version` are what was read."""

    edition = HiddenField()
    version = Whole()
    how = RadioField(N_("How"), default=taking.LOCKED)

    @classmethod
    def offering(cls, standing: Standing, data: Any = None) -> "TakeForm":
        """The choice, with what is suggested: all of it where the region has changed nothing of its own."""
        post = standing.adaptation.post
        untouched = post.text == standing.basis.text and all(v.text is None for v in post.variants)
        form = cls(data, data={"how": taking.ALL if untouched else taking.LOCKED, "version": post.version})
        form.edition.data = form.edition.data or str(standing.newest.id)
        form.how.label.text = _("How to take it over")
        form.how.choices = [
            (taking.LOCKED, _("Only what is locked, our words stay")),
            (taking.ALL, _("All of it: text and pictures are those of headquarters")),
        ]
        return form

    def read(self) -> uuid.UUID | None:
        """The edition that was read, if it is an id at all."""
        try:
            return uuid.UUID(self.edition.data or "")
        except ValueError:
            return None


class RecallForm(Form):
    """From which regions it is taken back, and why."""

    back = SelectMultipleField(N_("Regions that have not begun"))
    reason = TextAreaField(N_("Reason"), [DataRequired(), Length(max=REASON)])

    @classmethod
    def offering(cls, rows: Sequence[Adaptation], data: Any = None) -> "RecallForm":
        """The regions of these rows."""
        form = cls(data)
        form.back.choices = [(str(row.region_id), row.region.name) for row in rows]
        form.back.label.text, form.reason.label.text = _("Regions that have not begun"), _("Why do you take it back?")
        return form

    def chosen(self) -> list[uuid.UUID]:
        """Ids of the regions, after `validate`."""
        return [uuid.UUID(each) for each in self.back.data or ()]

    def words(self) -> str:
        """The reason, after `validate`."""
        return plain_lines(self.reason.data).strip()


class DeclineForm(Form):
    """Why it is not for this market."""

    comment = TextAreaField(N_("Reason"), [DataRequired(), Length(max=REASON)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.comment.label.text = _("Why is it not for your market?")

    def reason(self) -> str:
        """The words, after `validate`."""
        return plain_lines(self.comment.data).strip()


def wording_form(row: Adaptation, locked: Sequence[str], data: Mapping[str, str] | None = None) -> Form:
    """A field for each locked passage, `wording-<token>`: how it is said in the region's language."""
    label = _("In the words of %(region)s", region=row.region.name)
    fields = {f"wording-{passages.token(each)}": TextAreaField(label, [Length(max=WORDING)]) for each in locked}
    made: Form = type("Wording", (Form,), fields)(
        data, data={f"wording-{passages.token(each)}": row.phrase(each) for each in locked}
    )
    return made


def wordings(form: Form, locked: Sequence[str]) -> dict[str, str]:
    """Passage -> words, after `validate`."""
    return {each: plain_lines(form[f"wording-{passages.token(each)}"].data).strip() for each in locked}
