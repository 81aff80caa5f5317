"""Where a comment points: words of one channel's text, or a point of a picture as a ratio of the whole of it.

A place is kept with the words themselves and the version they were read in. On a newer version it stays on its words
while they are there; otherwise it is told in words. In forms it travels as a short token.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

import regex

from webapp.errors import Invalid
from webapp.i18n import N_, _

from .. import revisions
from ..models import Revision

Place = dict[str, Any]
MOST = 300
_WORDS = regex.compile(r"words\.([0-9a-f-]{36})\.([0-9]{1,6})\.([0-9]{1,6})")
_PICTURE = regex.compile(r"picture\.([0-9a-f-]{36})\.([0-9]{1,4})\.([0-9]{1,4})")
_FINE = 1000
_SENTENCE = regex.compile(r"[^\n]+?(?:[.!?。！？…]+[\"'”’)»]*(?=\s)|(?=\n)|$)")
THIRDS = (
    N_("top left"),
    N_("top"),
    N_("top right"),
    N_("left"),
    N_("middle"),
    N_("right"),
    N_("bottom left"),
    N_("bottom"),
    N_("bottom right"),
)


@dataclass(frozen=True)
class Quote:
    """Words that can be pointed at, and their token."""

    text: str
    token: str


def quotes(entry: revisions.Content) -> list[Quote]:
    """The sentences and lines of a channel's text."""
    text = revisions.text_of(entry)
    found = []
    for match in _SENTENCE.finditer(text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = start + len(match.group().strip())
        if end > start:
            found.append(Quote(text[start:end], words_token(entry["channel"], start, end)))
    return found


def words_token(channel: str, start: int, end: int) -> str:
    """Code points `start` to `end` of a channel's text."""
    return f"words.{channel}.{start}.{end}"


def picture_token(asset: str, x: float, y: float) -> str:
    """A point of a picture; `x` and `y` from 0 to 1."""
    fine = [round(min(max(value, 0.0), 1.0) * _FINE) for value in (x, y)]
    return f"picture.{asset}.{fine[0]}.{fine[1]}"


def thirds(asset: str) -> list[tuple[str, str]]:
    """Nine places of a picture as (words, token), row by row: for those who do not tap."""
    return [(_(THIRDS[n]), picture_token(asset, (n % 3 * 2 + 1) / 6, (n // 3 * 2 + 1) / 6)) for n in range(9)]


def damaged(quote: str) -> bool:
    """Whether this was never typed into a line of its length: too long, or with a control character."""
    return len(quote) > MOST or any(unicodedata.category(letter) == "Cc" for letter in quote)


def typed(quote: str, entry: revisions.Content) -> str:
    """The token of words that were typed or pasted. Raises Invalid when the text does not hold them."""
    start = revisions.text_of(entry).find(quote.strip())
    if not quote.strip() or start < 0:
        raise Invalid(_("These words are not in the text. Copy them as they stand there."))
    return words_token(entry["channel"], start, start + len(quote.strip()))


def read(token: str, content: revisions.Content, revision: Revision | None = None) -> Place:
    """The place of a token in what it was read in. Raises Invalid when there is no such place."""
    words, picture = _WORDS.fullmatch(token), _PICTURE.fullmatch(token)
    place = _words(words, content) if words else _picture(picture, content) if picture else None
    if place is None:
        gone = _("This place is not in the post. Choose it again.")
        raise Invalid(gone, {"place": gone})
    return {**place, "version": revision.number if revision else 0}


def _words(match: Any, content: revisions.Content) -> Place | None:
    entry = revisions.entry_for(content, match[1])
    start, end = int(match[2]), int(match[3])
    text = revisions.text_of(entry) if entry else ""
    if not 0 <= start < end <= len(text):
        return None
    return {"kind": "words", "channel": match[1], "from": start, "to": end, "quote": text[start:end][:MOST]}


def _picture(match: Any, content: revisions.Content) -> Place | None:
    x, y = int(match[2]), int(match[3])
    known = any(part["asset"] == match[1] for part in revisions.pictures_in(content))
    if not known or x > _FINE or y > _FINE:
        return None
    return {"kind": "picture", "asset": match[1], "x": x / _FINE, "y": y / _FINE}


def token_of(place: Place) -> str:
    """The token again."""
    if place["kind"] == "words":
        return words_token(place["channel"], place["from"], place["to"])
    return picture_token(place["asset"], place["x"], place["y"])


def third(place: Place) -> str:
    """Where on the picture, in words: "top left"."""
    column, row = (min(int(place[axis] * 3), 2) for axis in ("x", "y"))
    return _(THIRDS[row * 3 + column])


def span_in(place: Place, entry: revisions.Content) -> tuple[int, int] | None:
    """Where the words of a place stand in a channel's text now: the same words nearest to where they were."""
    text, quote, was = revisions.text_of(entry), place["quote"], place["from"]
    starts = [m.start() for m in regex.finditer(regex.escape(quote), text, overlapped=True)]
    if not starts:
        return None
    start = min(starts, key=lambda at: abs(at - was))
    return start, start + len(quote)


def number_of(asset: str, entry: revisions.Content) -> int | None:
    """Which picture of a channel it is, from 1."""
    order = [part["asset"] for part in revisions.every_picture(entry)]
    return order.index(asset) + 1 if asset in order else None
