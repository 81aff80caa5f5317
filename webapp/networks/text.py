"""Texts as networks give them back, and texts compared: is this post the one we sent?"""

import unicodedata
from html import unescape

import regex

_BREAK = regex.compile(r"<br\s*/?>|</p>|</div>|</li>|</h\d>|</blockquote>", regex.I)
_TAG = regex.compile(r"<[^>]*>")
_REMOTE = regex.compile(r"(?<![\w/])@([a-z0-9_.-]+)@[\w.-]+\w", regex.I)


def plain(html: str) -> str:
    """The words of a status that came as HTML; for comparing, never for showing."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", html)))


def comparable(text: str) -> str:
    """What markup leaves of a text: letters, digits and emoji, mentions without their host."""
    folded = unicodedata.normalize("NFKC", _REMOTE.sub(r"@\1", text)).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "So")
