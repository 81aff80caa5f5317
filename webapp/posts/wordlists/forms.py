"""The form of a region's words in one language: a list a kind, one entry a line."""

from typing import Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, Length

from webapp.http.forms import Form
from webapp.i18n import _
from webapp.posts.composer_forms import LANGUAGES

from . import KINDS

EVERY = "all"
"""How addresses and forms write "every language"."""
_MOST = 50_000


class WordsForm(Form):
    """The lists. `language` says which ones."""

    language = HiddenField(validators=[AnyOf((EVERY, *LANGUAGES))])


def words_form(data: Any, **values: Any) -> WordsForm:
    """The form with one field a kind of list."""
    fields = {
        kind: TextAreaField(_(label), [Length(max=_MOST)], description=_(hint)) for kind, (label, hint) in KINDS.items()
    }
    made: WordsForm = type("Words", (WordsForm,), fields)(data, **values)
    return made


def language_of(raw: str, usual: str) -> str:
    """The language of an address: "" for every one, the usual one for what is none."""
    if raw == EVERY:
        return ""
    return raw if raw in LANGUAGES else usual
