"""Which canned reply fits best, by plain rules that are said beside it: no score without a sentence.

The same language; words in common with what was asked; used on this post; used by this person before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import regex

from webapp.i18n import N_

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]{3,}|[\p{Han}\p{Hiragana}\p{Katakana}]{2}")
STEM = 5
"""Words are compared by so many first letters: enough for Polish endings, too few for chance."""
LANGUAGE, TOPIC, HERE, MINE = 8, 4, 3, 1
_SAID_OFTEN = (
    "about after have hello just please thank thanks that there they this want what when where which will with your "
    "bardzo dlaczego dzień dobry gdzie jest jeszcze kiedy proszę tylko witam żeby dziękuję dziękujemy prosimy "
    "bitte danke haben hallo nicht oder sind wann werden gracias hola para por quando obrigado você"
)
_COMMON = frozenset(_SAID_OFTEN.split())

REASONS = {
    "language": N_("same language"),
    "topic": N_("words of this message"),
    "here": N_("used on this post"),
    "mine": N_("you use it"),
}


@dataclass(frozen=True)
class Asked:
    """What is answered: its language ("" unknown) and words; what was used on this post, and how often by me."""

    language: str = ""
    text: str = ""
    here: Collection[object] = ()
    mine: Mapping[Any, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """A canned reply with the language of its text that fits, and why it is where it is (names of `REASONS`)."""

    row: Any
    language: str
    why: tuple[str, ...]
    score: float


def stems(text: str) -> set[str]:
    """The words of a text, cut to their first letters; the commonest are left out."""
    words = (word.casefold() for word in _WORD.findall(text))
    return {word[:STEM] for word in words if word not in _COMMON}


def language_for(texts: Mapping[str, str], wanted: str, fallback: str) -> str:
    """The text to take: in the language asked, else the region's, else English, else the first."""
    short = wanted.split("-")[0]
    for name in (wanted, short, *(own for own in texts if own.split("-")[0] == short), fallback, "en"):
        if texts.get(name, "").strip():
            return name
    return next((name for name in sorted(texts) if texts[name].strip()), "")


def rank(rows: Iterable[Any], asked: Asked, fallback: str) -> list[Ranked]:
    """The best first; equal ones by how often they are used, then by title."""
    found = [_ranked(row, asked, stems(asked.text), fallback) for row in rows]
    known = [each for each in found if each.language]
    return sorted(known, key=lambda r: (-r.score, -r.row.uses, r.row.title.casefold(), str(r.row.id)))


def _ranked(row: Any, asked: Asked, words: set[str], fallback: str) -> Ranked:
    texts: Mapping[str, str] = row.texts
    language = language_for(texts, asked.language, fallback)
    about = stems(" ".join((row.title, row.folder, *texts.values())))
    used = asked.mine.get(row.id, 0)
    points = {
        "language": LANGUAGE if asked.language and language.split("-")[0] == asked.language.split("-")[0] else 0,
        "topic": TOPIC + min(2, len(about & words) - 1) if about & words else 0,
        "here": HERE if row.id in asked.here else 0,
        "mine": MINE + min(1.0, used / 10) if used else 0,
    }
    return Ranked(row, language, tuple(name for name, n in points.items() if n), sum(points.values()))
