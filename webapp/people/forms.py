"""The forms of people and sign-in. Labels are marked here and translated when a form is made."""

import re
from typing import Any

from babel.localedata import locale_identifiers
from wtforms import BooleanField, EmailField, Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import TimeInput

from webapp import times
from webapp.http.choosing import SelectField, SelectMultipleField
from webapp.http.forms import Form
from webapp.i18n import N_, OFFERED, _, locale, ngettext

from .joining import is_address
from .passwords import LONGEST
from .permissions import LABELS

_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_SUBDIVISION = re.compile(r"[A-Z0-9]{1,3}")
Choices = list[tuple[str, str]]


class Words(Form):
    """A form whose labels and hints speak the reader's language."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for field in self:
            field.label.text = _(field.label.text) if field.label.text else ""
            field.description = _(field.description) if field.description else ""


class Needed:
    """Something must be typed."""

    field_flags = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        if not (field.data or "").strip():
            field.errors[:] = []
            raise StopValidation(_("Fill this in."))


class AtMost:
    """No longer than so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Form, field: Field) -> None:
        if len(field.data or "") > self.most:
            raise StopValidation(ngettext("Use at most %(n)s character.", "Use at most %(n)s characters.", self.most))


class Offered:
    """One of the choices, also when there is one for nothing."""

    def __call__(self, form: Form, field: Field) -> None:
        if field.data not in field.pairs:
            raise StopValidation(_("Choose one from the list."))


class Address:
    """Looks like an e-mail address."""

    def __call__(self, form: Form, field: Field) -> None:
        if not is_address((field.data or "").strip()):
            raise StopValidation(_("This is not an e-mail address. It looks like name@company.example."))


class Pattern:
    """Matches, or is empty."""

    def __init__(self, pattern: re.Pattern[str], sentence: str) -> None:
        self.pattern, self.sentence = pattern, sentence

    def __call__(self, form: Form, field: Field) -> None:
        if field.data and not self.pattern.fullmatch(field.data):
            raise StopValidation(_(self.sentence))


def line(label: str, most: int = 100, description: str = "", needed: bool = True, **more: Any) -> Any:
    """A text of one line."""
    checks = [Needed(), AtMost(most)] if needed else [AtMost(most)]
    return StringField(label, [*checks, *more.pop("also", [])], filters=[_trim], description=description, **more)


def hour(label: str, description: str = "") -> Any:
    """A time of day, or nothing."""
    also = [Pattern(_HOUR, N_("Type a time such as 09:00."))]
    return line(label, 5, description, needed=False, also=also, widget=TimeInput())


def choice(label: str, description: str = "") -> Any:
    """One from a list that the view fills in."""
    return SelectField(label, [Offered()], description=description, choices=[], validate_choice=False)


def _trim(value: Any) -> Any:
    return value.strip(" \t") if isinstance(value, str) else value


def email(label: str = N_("E-mail")) -> Any:
    """An address for mail."""
    return EmailField(label, [Needed(), AtMost(254), Address()], filters=[_trim])


class SignInForm(Words):
    email = email(N_("Work e-mail"))
    next = HiddenField()


class CodeForm(Words):
    code = StringField(N_("6-digit code"), [Needed(), AtMost(12)], filters=[_trim])


class PasswordSignInForm(Words):
    email = email(N_("Work e-mail"))
    password = PasswordField(N_("Password"), [Needed(), AtMost(LONGEST)])
    next = HiddenField()


class SetUpForm(Words):
    token = line(N_("Token"), 100, N_("It is in the terminal where Nod was started, and in the file setup-token."))
    organization = line(N_("Organization"), 100)
    name = line(N_("Your name"), 100)
    email = email(N_("Your e-mail"))
    zone = choice(N_("Time zone of headquarters"))
    language = choice(N_("Language"))


class DetailsForm(Words):
    """How a person appears, and how Nod appears to them."""

    name = line(N_("Your name"), 100)
    language = choice(N_("Language"))
    zone = choice(N_("Your time zone"))
    theme = choice(N_("Light or dark"))
    shortcuts = BooleanField(
        N_("Keyboard shortcuts"), description=N_("Single keys for approving and moving on, on a computer.")
    )
    save_data = BooleanField(
        N_("Save data"), description=N_("Smaller pictures, and nothing fetched ahead. Only on this device.")
    )


class WelcomeForm(Words):
    name = line(N_("Your name"), 100)
    language = choice(N_("Language"))
    zone = choice(N_("Your time zone"))
    next = HiddenField()


class EmailForm(Words):
    email = email(N_("New e-mail"))


class PasswordForm(Words):
    password = PasswordField(
        N_("New password"),
        [Needed(), AtMost(LONGEST)],
        description=N_("At least twelve characters. A sentence is good."),
    )


class PasskeyForm(Words):
    name = line(N_("Name of this passkey"), 60, N_("Such as “My phone”, so that you know it later."))
    credential = HiddenField()


class InviteForm(Words):
    emails = TextAreaField(
        N_("E-mail addresses"),
        [Needed(), AtMost(10_000)],
        description=N_("One or several, one a line or with commas between."),
    )
    name = line(N_("Name"), 100, N_("When you invite one person. They can change it."), needed=False)
    title = line(N_("What they do"), 100, N_("Such as “Brand” or “Legal”."), needed=False)
    role = choice(N_("Role"))
    region = choice(N_("Region"), N_("The role counts here and in every region below."))


class TitleForm(Words):
    title = line(N_("What they do"), 100, needed=False)


class GrantForm(Words):
    role = choice(N_("Role"))
    region = choice(N_("Region"), N_("The role counts here and in every region below."))


class LeavingForm(Words):
    to = choice(N_("Who takes over drafts and channels"))


class RoleForm(Words):
    name = line(N_("Name"), 60)
    permissions = SelectMultipleField(N_("What it allows"), choices=[], validate_choice=False)


class RegionForm(Words):
    name = line(N_("Name"), 80)
    parent = choice(N_("Under"))
    zone = choice(N_("Time zone"))
    country = choice(N_("Country"))
    subdivision = line(
        N_("State or province"),
        3,
        N_("Its short code, when its holidays differ: BY for Bavaria, RJ for Rio de Janeiro."),
        needed=False,
        also=[Pattern(_SUBDIVISION, N_("Use the short code: one to three capital letters or digits."))],
    )
    language = choice(N_("Language of its posts"))
    work_days = SelectMultipleField(N_("Working days"), choices=[], validate_choice=False)
    work_start = line(N_("From"), 5, also=[Pattern(_HOUR, N_("Type a time such as 09:00."))], widget=TimeInput())
    work_end = line(N_("To"), 5, also=[Pattern(_HOUR, N_("Type a time such as 17:00."))], widget=TimeInput())
    market_start = hour(N_("Posts reach people from"))
    market_end = hour(N_("Until"), N_("Outside of these hours a post gets a warning. Leave both empty for any hour."))
    minded = SelectMultipleField(N_("Warn about these days"), choices=[], validate_choice=False)


def zones(current: str = "") -> Choices:
    """Time zones to choose from, the current one among them."""
    names = times.zones()
    if current and current not in names:
        names = [current, *names]
    return [(name, name.replace("_", " ")) for name in names]


def languages() -> Choices:
    """The languages Nod speaks."""
    return list(OFFERED.items())


def posted_languages() -> Choices:
    """Languages of posts (those CLDR has words for), by name in the reader's language."""
    words = locale().languages
    known = [tag for tag in locale_identifiers() if len(tag) == 2 and tag in words]
    return sorted(((tag, words[tag]) for tag in known), key=lambda pair: pair[1].casefold())


def countries() -> Choices:
    """Countries by name in the reader's language, none first."""
    words = locale().territories
    known = [(c, n) for c, n in words.items() if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRY]
    return [("", _("None")), *sorted(known, key=lambda pair: pair[1].casefold())]


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def looks() -> Choices:
    """Light, dark, or as the device says."""
    return [("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]


def weekdays() -> Choices:
    """ISO weekdays in the reader's language."""
    words = locale().days["format"]["wide"]
    return [(str(n), words[n - 1].capitalize()) for n in range(1, 8)]


def permissions(allowed: Any) -> Choices:
    """The permissions that may be put into a role."""
    return [(p.value, _(word)) for p, word in LABELS.items() if p in allowed]
