"""The base of every form: our words, limits and hostile characters. Cross-site requests are refused elsewhere."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms import Form as WTForm
from wtforms.meta import DefaultMeta

from webapp.i18n import N_, _, gettext, ngettext

_CONTROL = {chr(n) for n in range(32)} - {"\n", "\r", "\t"} | {"\x7f"}


_SAID = {
    "This field is required.": N_("Fill this in."),
    "Not a valid choice.": N_("Choose one from the list."),
    "Not a valid date value.": N_("This date is not in the calendar, or too far away."),
    "Not a valid time value.": N_("Type a time such as 09:00."),
    "Not a valid integer value.": N_("Type a whole number."),
    "Number must be between %(min)s and %(max)s.": N_("Type a number from %(min)s to %(max)s."),
}
"""What we say for what WTForms says; it fills the placeholders."""


class _Words:
    """WTForms asks for its messages here, and gets ours."""

    def gettext(self, message: str) -> str:
        return gettext(_SAID.get(message, message))

    def ngettext(self, one: str, many: str, n: int) -> str:
        if "cannot be longer" in one:
            return ngettext("Use at most %(n)s character.", "Use at most %(n)s characters.", n)
        return _("Choose one from the list.")


class Form(WTForm):
    """A form read from the request. Text that no database or network can hold is refused with a field message."""

    class Meta(DefaultMeta):
        def get_translations(self, form: object) -> _Words:
            return _Words()

    @classmethod
    def posted(cls, **more: Any) -> "Form":
        """The form as it was sent."""
        return cls(request.form, **more)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Whether all fields hold; each field's `errors` say why not."""
        sound = super().validate(extra_validators)
        for field in self:
            if isinstance(field, StringField):
                sound = _clean(field) and sound
        return sound

    def fail(self, fields: Mapping[str, str]) -> None:
        """Put the sentences of a domain error beside their fields (unknown names: beside the first)."""
        for name, sentence in fields.items():
            field = self._fields.get(name) or next(iter(self._fields.values()))
            field.errors = [*field.errors, sentence]


def _clean(field: Field) -> bool:
    text = field.data or ""
    problem = unfit(text, lines=isinstance(field, TextAreaField))
    if problem:
        field.errors = [*field.errors, problem]
        field.data = "".join(c for c in text if c not in _CONTROL and not "\ud800" <= c <= "\udfff")
    return not problem


def unfit(text: str, lines: bool = True) -> str:
    """Why a text cannot be stored (a sentence), or nothing."""
    if any(c in _CONTROL or "\ud800" <= c <= "\udfff" for c in text):
        return _("This text has characters that cannot be stored. They were taken out; check it and send it again.")
    if not lines and ("\n" in text or "\r" in text):
        return _("This field takes one line.")
    return ""


class OneOf:
    """Validator: the value is among those offered right now."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __call__(self, form: Form, field: Field) -> None:
        if field.data not in self.values:
            raise ValidationError(_("Choose one from the list."))


class Whole(IntegerField):
    """A whole number in plain digits; anything longer than nine of them is refused before it is one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the digits. ValueError with a sentence otherwise; what was typed stays in the field."""
        typed = (valuelist[0] if valuelist else "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
            self.data = None
            raise ValueError(_("Type a whole number."))
        super().process_formdata(valuelist)
