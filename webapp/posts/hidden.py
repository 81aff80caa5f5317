"""Characters that nobody sees but that change what is read: shown by name, so that an approver is never fooled.

Joiners inside emoji, and between letters of scripts that need them (Persian, Hindi), are left alone.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex
from markupsafe import Markup, escape

from webapp.i18n import N_, _

_JOINERS = "\u200c\u200d"
_NAMES = {
    "\u200b": N_("zero-width space"),
    "\u200c": N_("zero-width non-joiner"),
    "\u200d": N_("zero-width joiner"),
    "\ufeff": N_("byte order mark"),
    "\u00ad": N_("soft hyphen"),
    "\u2060": N_("word joiner"),
    "\u200e": N_("left-to-right mark"),
    "\u200f": N_("right-to-left mark"),
    "\u202a": N_("left-to-right embedding"),
    "\u202b": N_("right-to-left embedding"),
    "\u202c": N_("end of direction change"),
    "\u202d": N_("left-to-right override"),
    "\u202e": N_("right-to-left override"),
    "\u2066": N_("left-to-right isolate"),
    "\u2067": N_("right-to-left isolate"),
    "\u2068": N_("first-strong isolate"),
    "\u2069": N_("end of isolate"),
}
_NEEDED = regex.compile(
    r"(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=[\p{Arabic}\p{Syriac}\p{Devanagari}\p{Bengali}\p{Gujarati}\p{Gurmukhi}\p{Oriya}\p{Tamil}\p{Telugu}"
    r"\p{Kannada}\p{Malayalam}\p{Sinhala}\p{M}])[\u200c\u200d]"
    r"|(?<=\U0001f3f4[\U000e0020-\U000e007f]*)[\U000e0020-\U000e007f]"
)
_HIDDEN = regex.compile(r"[\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0]")


@dataclass(frozen=True)
class Run:
    """A stretch of a text: plain, or one hidden character with its name."""

    text: str
    name: str = ""

    @property
    def code(self) -> str:
        """`U+202E`, for a hidden character."""
        return f"U+{ord(self.text):04X}" if self.name else ""


def runs(text: str) -> Iterator[Run]:
    """The text cut at its hidden characters."""
    if not _HIDDEN.search(text):
        yield from (Run(text),) if text else ()
        return
    needed = {match.start() for match in _NEEDED.finditer(text)}
    start = 0
    for match in _HIDDEN.finditer(text):
        if match.start() in needed:
            continue
        if match.start() > start:
            yield Run(text[start : match.start()])
        yield Run(match.group(), _NAMES.get(match.group()) or unicodedata.name(match.group(), "hidden").lower())
        start = match.end()
    if start < len(text):
        yield Run(text[start:])


def has(text: str) -> bool:
    """Whether a text holds a hidden character."""
    return any(run.name for run in runs(text))


def without(text: str) -> str:
    """The text as it is read, for comparing and searching."""
    return "".join(run.text for run in runs(text) if not run.name)


def shown(text: str) -> Markup:
    """The text escaped, each hidden character replaced by a visible mark with its name."""
    out = Markup()
    for run in runs(text):
        if run.name:
            out += Markup('<span class="unseen" title="{}">{}</span>').format(_(run.name), run.code)
        else:
            out += escape(run.text)
    return out
