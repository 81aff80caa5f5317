"""Finding listed words in a text: whole words by Unicode's word boundaries, in any case, `gwaranc*` in any ending.

Texts are looked at without the characters nobody sees, so that a soft hyphen hides nothing. Scripts that write no
spaces have boundaries too (UAX 29), so a word of them is found inside a sentence.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

MOST, LONGEST = 500, 80
"""Words a list may hold, and characters a word."""

_FLAGS = regex.IGNORECASE | regex.FULLCASE | regex.WORD
_UNSEEN = regex.compile(r"[\p{Cf}\u034f]")


def read(typed: str) -> list[str]:
    """A list as a person typed it: one entry a line, each once, without blanks around."""
    entries = (" ".join(plain(line).split()) for line in typed.splitlines())
    return _each_once(entry for entry in entries if entry.strip("* "))


def plain(text: str) -> str:
    """One form of letters, and nothing that is not seen."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def matches(words: Iterable[str], text: str) -> list[str]:
    """The words of a text that are on the list, as they stand there, each once."""
    listed = tuple(word for word in words if word.strip("* "))
    if not listed or not text:
        return []
    return _each_once(match.group() for match in _pattern(listed).finditer(plain(text)))


def _each_once(words: Iterable[str]) -> list[str]:
    """Without those that differ in case only; the first stays."""
    kept: dict[str, str] = {}
    for word in words:
        kept.setdefault(word.casefold(), word)
    return list(kept.values())


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> "regex.Pattern[str]":
    entries = sorted(words, key=len, reverse=True)
    return regex.compile(rf"\b(?:{'|'.join(_entry(entry) for entry in entries)})\b", _FLAGS)


def _entry(entry: str) -> str:
    parts = (regex.escape(part.rstrip("*")) + (r"\w*+" if part.endswith("*") else "") for part in entry.split())
    return r"\s+".join(part for part in parts if part)
