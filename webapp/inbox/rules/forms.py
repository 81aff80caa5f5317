"""The form of a rule: one field for each condition and each action; what is left empty is none of them."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.http.choosing import SelectField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, _, ngettext
from webapp.posts.wordlists import matching

from .actions import ACTIONS
from .conditions import CONDITIONS, has, of
from .keeping import Values
from .models import InboxRule, Rows
from .offers import Offer

LONGEST, MOST_WORDS = 60, 100
MOST = {"label": 10, "notify": 20}
LABELS = {key: row.label for key, row in CONDITIONS.items()} | {key: row.label for key, row in ACTIONS.items()}
ONE = ("assign", "snooze", "suggest")


class RuleForm(Form):
    """Named by the keys of conditions and actions."""

    name = StringField(N_("Name"), [DataRequired(), Length(max=LONGEST)])
    words = TextAreaField("", [Length(max=MOST_WORDS * matching.LONGEST)])
    question = BooleanField()
    kind = SelectMultipleField()
    language = SelectMultipleField()
    history = SelectMultipleField()
    channel = SelectMultipleField()
    every = BooleanField(N_("Also on later messages of a conversation"))
    assign = SelectField(default="")
    label = SelectMultipleField()
    snooze = SelectField(default="")
    suggest = SelectField(default="")
    notify = SelectMultipleField()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Whether it can be so; each field's `errors` say why not."""
        sound = super().validate(extra_validators)
        wrong = {name: said for name, said in (("words", _wrong(self.words.data or "")), *_many(self)) if said}
        self.fail(wrong)
        return sound and not wrong

    def values(self) -> Values:
        """What was chosen."""
        return Values(
            (self.name.data or "").strip(), self._rows(CONDITIONS), self._rows(ACTIONS), bool(self.every.data)
        )

    def _rows(self, known: Mapping[str, Any]) -> Rows:
        found: Rows = []
        for key in known:
            data = self[key].data
            if key == "words":
                data = matching.read(data or "")
            if data:
                found.append({"key": key, "of": [] if data is True else [data] if key in ONE else list(data)})
        return found


def _wrong(typed: str) -> str:
    """Why words cannot be so, or nothing."""
    words = matching.read(typed)
    if typed.strip() and not words:
        return _("Type words, one a line.")
    if len(words) > MOST_WORDS:
        return ngettext("Keep it to %(n)s word.", "Keep it to %(n)s words.", MOST_WORDS)
    if any(len(word) > matching.LONGEST for word in words):
        return ngettext("Use at most %(n)s character in a line.", "Use at most %(n)s characters in a line.",
                        matching.LONGEST)  # fmt: skip
    if any("*" in part.rstrip("*") for word in words for part in word.split()):
        return _("A * stands at the end of a word only, such as return*.")
    return ""


def _many(form: RuleForm) -> list[tuple[str, str]]:
    most = {name: n for name, n in MOST.items() if len(form[name].data or ()) > n}
    return [(name, ngettext("Choose at most %(n)s.", "Choose at most %(n)s.", n)) for name, n in most.items()]


def rule_form(offer: Offer, data: Any = None, row: InboxRule | None = None) -> RuleForm:
    """The form with what may be chosen, from what was sent or from a rule."""
    form = RuleForm(data, data=_kept(row) if row is not None and data is None else {})
    for each in form:
        each.label.text = _(LABELS.get(each.name, each.label.text))
        if isinstance(each, SelectMultipleField):
            each.choices = offer.of(each.name)
        elif isinstance(each, SelectField):
            each.choices = [("", _("Nobody") if each.name == "assign" else _("Nothing")), *offer.of(each.name)]
    form.snooze.choices = [("", _("Not")), *offer.of("snooze")]
    return form


def _kept(row: InboxRule) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row.name, "every": row.every, "question": has(row.conditions, "question")}
    found["words"] = "\n".join(of(row.conditions, "words"))
    found |= {key: of(row.conditions, key) for key in ("kind", "language", "history", "channel")}
    found |= {key: of(row.actions, key) for key in ("label", "notify")}
    return found | {key: next(iter(of(row.actions, key)), "") for key in ONE}
