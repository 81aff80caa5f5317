"""The sentences of a text, which headquarters may lock one by one; and what becomes of them in a region's text.

A locked passage must stand in every text word for word. That is simple, and true in any language: what is said there is
exactly what headquarters allowed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import regex

MOST = 60
"""A text with more sentences offers the first ones only."""
_SENTENCE = regex.compile(r"[^\n]+?(?:[。！？]+[」』）]*|[.!?…؟]+[\"'”’»)\]]*(?=\s)|(?=\n)|$)")


def of(text: str) -> list[str]:
    """Sentences and lines that say something, each once, in their order."""
    found = (match.group().strip() for match in _SENTENCE.finditer(text))
    said = (each for each in found if any(letter.isalnum() for letter in each))
    return list(dict.fromkeys(said))[:MOST]


def token(passage: str) -> str:
    """What a passage is called in forms."""
    return hashlib.sha256(passage.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Stretch:
    """A part of a text that is locked or free."""

    text: str
    locked: bool


def marked(text: str, locked: Iterable[str]) -> list[Stretch]:
    """The text with its locked parts told apart; of two that overlap the longer one counts."""
    wanted = sorted((each for each in set(locked) if each), key=len, reverse=True)
    if not wanted:
        return [Stretch(text, False)] if text else []
    any_of = regex.compile("(" + "|".join(regex.escape(each) for each in wanted) + ")")
    return [Stretch(part, n % 2 == 1) for n, part in enumerate(any_of.split(text)) if part]


def missing(text: str, wanted: Iterable[str]) -> list[str]:
    """What of it does not stand in the text word for word."""
    return [each for each in wanted if each not in text]


def exchanged(text: str, old_for_new: Mapping[str, str]) -> str:
    """The text with each new passage where its old one stood; one that is nowhere comes at the end, on its own line.

    "" for an old one: it replaces nothing.
    """
    for new, old in old_for_new.items():
        if new not in text:
            text = text.replace(old, new, 1) if old and old in text else f"{text.rstrip()}\n{new}".lstrip()
    return text


def without(text: str, gone: Iterable[str]) -> str:
    """The text without passages that headquarters took back."""
    for each in gone:
        if each and each in text:
            text = regex.sub(r"[^\S\n]{2,}", " ", text.replace(each, "")).strip()
    return text


def pairs(new: Iterable[str], old: Iterable[str], text: str) -> dict[str, str]:
    """Which new passage takes the place of which old one, in their order; what stands there already takes none."""
    gone = list(old)
    found = {}
    for each in new:
        here = each in text
        found[each] = "" if here or not gone else gone.pop(0)
    return found
