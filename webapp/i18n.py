"""Words of the interface in the reader's language, and CLDR formats. Ground floor: knows no Flask.

The language is a context variable: `http/locale.py` sets it for a request, a job sets it for the receiver of a
mail. Python code marks with `_()` where it speaks now and with `N_()` where a module only declares. Two
pseudo-locales are made on the fly from the English text: `en-XA` (accented, longer) and `ar-XB` (mirrored).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from babel import Locale, localedata
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).resolve().parent.parent / "i18n"
OFFERED = {"en": "English", "pl": "Polski"}
PSEUDO = ("en-XA", "ar-XB")
PLURALS = ("zero", "one", "two", "few", "many", "other")
RTL = frozenset({"ar", "he", "fa", "ur"})

_BORROWED = ("months", "days", "quarters", "day_periods", "eras")
"""What a locale partly borrows from within itself (months that stand alone). Babel puts what it found into a table that
all locales share, so that the first one's names would be everybody's: each gets a table of its own."""

_language: ContextVar[str] = ContextVar("language", default="en")
_ACCENTS = str.maketrans("aceilnosuyzACEILNOSUYZ", "áçéíļñóšúýžÁÇÉÍĻÑÓŠÚÝŽ")
_KEEP = re.compile(r"(%\([a-z_]+\)[sd]|%%|<[^>]+>|&[a-z]+;)")


def N_(text: str) -> str:
    """Mark a string for translation without translating it yet."""
    return text


def language() -> str:
    """The language tag in force, such as `pl` or `en-XA`."""
    return _language.get()


def direction(tag: str | None = None) -> str:
    """`rtl` or `ltr` for a language tag (the current one by default)."""
    return "rtl" if (tag or language()).split("-")[0] in RTL else "ltr"


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Run a block in another language, for example that of the receiver of a mail."""
    token = _language.set(tag)
    try:
        yield
    finally:
        _language.reset(token)


def use(tag: str) -> None:
    """Set the language for the rest of this context (a request)."""
    _language.set(tag)


@cache
def locale_of(tag: str) -> Locale:
    """The Babel locale whose formats a tag uses. Plain English is international: 18:30, Thu 26 Nov.

    Pseudo-locales use their base language.
    """
    base = tag.split("-")[0] if tag in PSEUDO else tag
    found = Locale("en", "GB") if base == "en" else Locale.parse(base, sep="-")
    data = cast("dict[str, object]", localedata.load(str(found)))
    data.update({name: deepcopy(data[name]) for name in _BORROWED})
    return found


def locale() -> Locale:
    """The Babel locale in force."""
    return locale_of(language())


@cache
def _catalogue(tag: str) -> NullTranslations:
    if tag in ("en", *PSEUDO):
        return NullTranslations()
    found: NullTranslations = Translations.load(FOLDER, [tag])
    found.plural = _forms(tag)
    return found


def load(tag: str) -> None:
    """Read the words and formats of a language now, so that processes forked later share them."""
    locale_of(tag)
    _catalogue(tag)


def _forms(tag: str) -> Callable[[float | Decimal], int]:
    """Which form of a plural fits a number: CLDR's, in CLDR's order. Gettext's own rules know no fractions."""
    rule = locale_of(tag).plural_form
    order = [form for form in PLURALS if form in rule.tags or form == "other"]
    return lambda n: order.index(rule(n))


def _pseudo(text: str) -> str:
    parts = _KEEP.split(text)
    words = "".join(p if n % 2 else p.translate(_ACCENTS) for n, p in enumerate(parts))
    return f"[{words}{' ~' * (len(text) // 6 + 1)}]" if language() == "en-XA" else f"‮{words}‬"


def gettext(message: str, **params: object) -> str:
    """Translate, then fill named placeholders."""
    text = _catalogue(language()).gettext(message)
    if language() in PSEUDO:
        text = _pseudo(message)
    return text % params if params else text


def plural(one: str, many: str, n: float) -> str:
    """The form of a sentence that fits a number, its placeholders not yet filled."""
    text = _catalogue(language()).ngettext(one, many, cast("int", n))  # Typed for whole numbers; our forms take any.
    return _pseudo(one if n == 1 else many) if language() in PSEUDO else text


def ngettext(one: str, many: str, n: float, **params: object) -> str:
    """Translate with CLDR plurals; `%(n)s` is filled with the number in the reader's digits."""
    return plural(one, many, n) % {"n": number(n), **params}


def pgettext(context: str, message: str, **params: object) -> str:
    """Translate a word whose meaning depends on where it stands."""
    text = str(_catalogue(language()).pgettext(context, message))
    if language() in PSEUDO:
        text = _pseudo(message)
    return text % params if params else text


_ = gettext


def number(n: int | float) -> str:
    """A number with the reader's separators and digits."""
    return _number(n, language())


@lru_cache(maxsize=4096)
def _number(n: int | float, tag: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(n, locale=locale_of(tag), numbering_system="default").translate(_digits(tag))


_DIGITS = {
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
    "mymr": "၀၁၂၃၄၅၆၇၈၉",
}
"""By the name CLDR gives a numbering system. Babel writes dates in Western digits whatever the locale uses."""


@cache
def _digits(tag: str) -> dict[int, str]:
    return dict(zip(map(ord, "0123456789"), _DIGITS.get(locale_of(tag).default_numbering_system, ""), strict=False))


def digits(text: str) -> str:
    """A date or an hour that CLDR formatted, with the digits that the reader's locale uses."""
    return text.translate(_digits(language()))
