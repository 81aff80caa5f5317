"""How networks count. The same functions serve the live counter and the check before anything is sent.

A text is cut into spans (start index, weight); the sum of the weights is what counts, and the first span that
goes over says where the excess starts. Graphemes are Unicode's, what a person calls a character.
"""

from collections.abc import Iterable, Iterator

import regex

from ..i18n import N_
from .base import Limits, Measure

CHARACTERS, BYTES = N_("characters"), N_("bytes")

_GRAPHEME = regex.compile(r"\X")
# Mastodon counts what it will link: its status_length_validator.rb and twitter_regex.rb say what that is.
_URL = regex.compile(
    r"(?<![A-Za-z0-9@#＠＃$\u202a-\u202e])https?://[\w-]+(?:\.[\w-]+)*\.\p{L}[\p{L}\p{N}-]+(?::\d+)?"
    r"(?:[/?][^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)?",
    regex.I,
)
_URL_END = "?!*\"'「」<>;:=,.$%[]~&|@"
_MENTION = regex.compile(r"(?<![\w/=])@([a-z0-9_][a-z0-9_.-]*+)(?<=[a-z0-9_])@[\w.-]*\w(?::\d+)?", regex.I)

Span = tuple[int, int]


def graphemes(text: str) -> Iterator[Span]:
    """One for each grapheme."""
    return ((found.start(), 1) for found in _GRAPHEME.finditer(text))


def utf8(text: str) -> Iterator[Span]:
    """UTF-8 bytes, grapheme by grapheme, so that an excess never starts inside one."""
    return ((m.start(), len(m.group().encode("utf-8", "surrogatepass"))) for m in _GRAPHEME.finditer(text))


def links(text: str) -> Iterator[tuple[int, int]]:
    """Start and end (code points) of each http(s) URL, without the punctuation that closes a sentence."""
    for found in _URL.finditer(text):
        yield found.start(), found.start() + len(found.group().rstrip(_URL_END))


def fediverse(text: str, url_length: int) -> Iterator[Span]:
    """Graphemes, where every URL weighs `url_length` and a remote mention only its local part."""
    entities = {start: (end, url_length) for start, end in links(text)}
    for found in _MENTION.finditer(text):
        if not any(start <= found.start() < end for start, (end, _weight) in entities.items()):
            entities[found.start()] = (found.end(), len(found.group(1)) + 1)
    position = 0
    for start in sorted(entities):
        yield from ((position + at, weight) for at, weight in graphemes(text[position:start]))
        position, weight = entities[start]
        yield start, weight
    yield from ((position + at, weight) for at, weight in graphemes(text[position:]))


def total(spans: Iterable[Span], limit: int) -> tuple[int, int | None]:
    """The sum of the weights, and the index where it goes over the limit (None: it fits)."""
    used, over_at = 0, None
    for start, weight in spans:
        used += weight
        if over_at is None and used > limit:
            over_at = start
    return used, over_at


def plain(text: str, limits: Limits) -> Measure:
    """Graphemes against `limits.text`."""
    used, over_at = total(graphemes(text), limits.text)
    return Measure(used, limits.text, limits.unit, over_at)


def with_links(text: str, limits: Limits) -> Measure:
    """Mastodon's rule; the note appears once there is a link."""
    each = limits.url_length or 23
    used, over_at = total(fediverse(text, each), limits.text)
    note = N_("Each link counts as %(n)s characters.") if any(links(text)) else ""
    return Measure(used, limits.text, limits.unit, over_at, note, {"n": each} if note else {})


def with_bytes(text: str, limits: Limits) -> Measure:
    """Graphemes and UTF-8 bytes: what is said is the tighter of the two."""
    measure = plain(text, limits)
    if limits.bytes is None:
        return measure
    used, over_at = total(utf8(text), limits.bytes)
    if used * limits.text <= measure.used * limits.bytes:
        return measure
    note = N_("Emoji and some scripts take several bytes each.")
    return Measure(used, limits.bytes, BYTES, over_at, note)
