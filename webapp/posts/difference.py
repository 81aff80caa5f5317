"""What changed between two revisions: word by word in the texts, and which other things.

Both texts can be rebuilt from the pieces: deleted and kept make the old one, inserted and kept the new one. Nothing is
ever cut inside what a person calls a character.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

import regex
from babel.lists import format_list

from webapp.i18n import _, locale, ngettext, number

from . import alignment, hidden, revisions
from .alignment import Piece

_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\p{L}\p{N}_][\p{L}\p{N}\p{M}_'’-]*"
    r"|\n|[^\S\n]+"
    r"|\X"
)
_WORD = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True)
class TextChange:
    """The text of one channel, then and now."""

    channel: str
    network: str
    handle: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class PartChange:
    """One of the parts that follow the text of a channel, then and now; `place` counts from nought."""

    channel: str
    place: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Moment:
    """A slot: an instant with its zone, or None for "as soon as approved"."""

    at: datetime | None
    zone: str


@dataclass(frozen=True)
class Difference:
    """All that changed. `words` counts each changed text once, however many channels carry it. `parts`: how many that
    follow the text came, went or became another kind."""

    texts: tuple[TextChange, ...] = ()
    words: int = 0
    pictures: int = 0
    alts: int = 0
    time: tuple[Moment, Moment] | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    language: bool = False
    changed_parts: tuple[PartChange, ...] = ()
    parts: int = 0

    def __bool__(self) -> bool:
        return self != Difference()

    def text(self, channel_id: object) -> tuple[Piece, ...]:
        """The pieces of one channel's text; empty when it did not change."""
        return next((t.pieces for t in self.texts if t.channel == str(channel_id)), ())

    def further(self, channel_id: object) -> list[tuple[int, tuple[Piece, ...]]]:
        """The places and pieces of the changed parts of one channel."""
        return [(part.place, part.pieces) for part in self.changed_parts if part.channel == str(channel_id)]

    def changes(self) -> list[str]:
        """Each kind of change as words: "3 words", "1 picture", "the time"."""
        counted = [
            (self.words, ngettext("%(n)s word", "%(n)s words", self.words)),
            (self.parts, ngettext("%(n)s part of the thread", "%(n)s parts of the thread", self.parts)),
            (self.pictures, ngettext("%(n)s picture", "%(n)s pictures", self.pictures)),
            (self.alts, ngettext("%(n)s image description", "%(n)s image descriptions", self.alts)),
            (self.time is not None, _("the time")),
            (self.language, _("the language")),
        ]
        channels = len(self.added) + len(self.removed)
        counted.append((channels, ngettext("%(n)s channel", "%(n)s channels", channels)))
        return [words for many, words in counted if many]

    def summary(self) -> str:
        """One sentence: "3 words and 1 picture since you read it"."""
        if not self:
            return _("Nothing changed since you read it")
        return _begun(_("%(changes)s since you read it", changes=format_list(self.changes(), locale=locale())))

    def since(self, version: int) -> str:
        """The same since a version: "The time changed since version 1"."""
        changes = ", ".join(self.changes())
        return _begun(_("%(changes)s changed since version %(number)s", changes=changes, number=number(version)))


def _begun(said: str) -> str:
    """With a capital letter, whatever change comes first."""
    return said[:1].upper() + said[1:]


def difference(old: dict[str, Any], new: dict[str, Any]) -> Difference:
    """What changed from one content to another (`revisions.working_content`)."""
    before = {e["channel"]: e for e in old["channels"]}
    after = {e["channel"]: e for e in new["channels"]}
    both = [(before[c], after[c]) for c in after if c in before]
    changed = [(a, b) for a, b in both if revisions.text_of(a) != revisions.text_of(b)]
    followed = {(e["channel"], n): pair for a, e in both for n, pair in _followed(a, e)}
    texts = {(revisions.text_of(a), revisions.text_of(b)) for a, b in changed} | set(followed.values())
    pieces = {pair: words(*pair) for pair in texts}
    return Difference(
        texts=tuple(
            TextChange(b["channel"], b["network"], b["handle"], pieces[revisions.text_of(a), revisions.text_of(b)])
            for a, b in changed
        ),
        words=sum(count(each) for each in pieces.values()),
        pictures=max((_pictures(a, b) for a, b in both), default=0),
        alts=max((_alts(a, b) for a, b in both), default=0),
        time=_time(old, new),
        added=tuple(e["handle"] for c, e in after.items() if c not in before),
        removed=tuple(e["handle"] for c, e in before.items() if c not in after),
        language=old["language"] != new["language"],
        changed_parts=tuple(PartChange(*place, pieces[pair]) for place, pair in followed.items()),
        parts=max((_parts(a, b) for a, b in both), default=0),
    )


def _followed(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[int, tuple[str, str]]]:
    """Place, old and new text of each part after the text that says something else."""
    pairs = zip_longest(revisions.texts_of(old)[1:], revisions.texts_of(new)[1:], fillvalue="")
    return [(n, pair) for n, pair in enumerate(pairs) if pair[0] != pair[1]]


def _parts(old: dict[str, Any], new: dict[str, Any]) -> int:
    """How many places hold another kind of part, or one where none was."""
    kinds = ([part["kind"] for part in revisions.further_of(entry)] for entry in (old, new))
    return sum(a != b for a, b in zip_longest(*kinds))


def _pictures(old: dict[str, Any], new: dict[str, Any]) -> int:
    """How many places in the rows of pictures hold another picture."""
    nothing: list[dict[str, Any]] = []
    rows = zip_longest(revisions.rows_of(old), revisions.rows_of(new), fillvalue=nothing)
    return sum(_replaced([_id(p) for p in was], [_id(p) for p in now]) for was, now in rows)


def _id(picture: dict[str, Any]) -> str:
    """What makes two pictures the same one: the bytes that go out."""
    return str(picture["sha256"] or picture["asset"])


def _replaced(a: list[str], b: list[str]) -> int:
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True))
    kept = sum(op == "same" for op, _sha in alignment.align(a, b))
    return max(len(a), len(b)) - kept


def _alts(old: dict[str, Any], new: dict[str, Any]) -> int:
    """How many pictures that stayed have other words for those who cannot see them."""
    was, now = _told(old), _told(new)
    return sum(was[key] != words for key, words in now.items() if key in was)


def _told(entry: dict[str, Any]) -> dict[tuple[int, str], tuple[str, bool]]:
    """What is said of each picture, by its row."""
    rows = enumerate(revisions.rows_of(entry))
    return {(n, _id(p)): (p["alt"], p["decorative"]) for n, row in rows for p in row}


def _time(old: dict[str, Any], new: dict[str, Any]) -> tuple[Moment, Moment] | None:
    if (old["instant"], old["as_soon"]) == (new["instant"], new["as_soon"]):
        return None
    return _moment(old), _moment(new)


def _moment(content: dict[str, Any]) -> Moment:
    at = content["instant"]
    return Moment(datetime.fromisoformat(at) if at else None, content["zone"])


def words(old: str, new: str) -> tuple[Piece, ...]:
    """The word-level difference of two texts."""
    return tuple(alignment.joined(Piece(op, text) for op, text in alignment.align(tokens(old), tokens(new))))


def tokens(text: str) -> list[str]:
    """The text cut into words, spaces, line ends and single signs."""
    found: list[str] = _TOKEN.findall(text)
    return found


def count(pieces: tuple[Piece, ...]) -> int:
    """How many words changed: a replaced word is one, and a change of signs or spaces alone is one."""
    total = position = 0
    while position < len(pieces):
        gone = came = 0
        start = position
        while position < len(pieces) and pieces[position].op != "same":
            many = sum(bool(_WORD.search(t)) for t in tokens(hidden.without(pieces[position].text)))
            gone, came = (gone + many, came) if pieces[position].op == "del" else (gone, came + many)
            position += 1
        if position > start:
            total += max(gone, came, 1)
        position += 1
    return total
