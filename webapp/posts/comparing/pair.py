"""Two versions: what each channel had and has, which fields changed from what to what, and what is the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from babel import Locale

from webapp import times
from webapp.i18n import _, locale

from .. import difference, revisions
from ..alignment import Piece
from ..models import Post, Revision

_BETWEEN = "\n\n· · ·\n\n"


@dataclass(frozen=True)
class Shown:
    """A picture of one side. `mark`: "gone", "new", "told" (other words for it) or nothing."""

    part: revisions.Content
    mark: str = ""


@dataclass(frozen=True)
class Both:
    """What goes to some channels in both versions. `old` and `new` are the same text cut by what changed."""

    entries: tuple[revisions.Content, ...]
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]

    @property
    def text_changed(self) -> bool:
        return any(piece.op != "same" for piece in (*self.old, *self.new))

    @property
    def pictures_changed(self) -> bool:
        return any(shown.mark for shown in (*self.before, *self.after))


@dataclass(frozen=True)
class Field:
    """A field that changed, in words."""

    icon: str
    label: str
    old: str
    new: str


def of(post: Post, old: Revision, new: Revision) -> dict[str, Any]:
    """Everything the page reads."""
    change = difference.difference(old.content, new.content)
    known = {r.number: r for r in revisions.all_of(post)}
    return {
        "post": post,
        "old": old,
        "new": new,
        "change": change,
        "sides": list(_sides(old.content, new.content)),
        "fields": list(_fields(change, old.content, new.content)),
        "same": same(change),
        "steps": [known[n] for n in range(old.number + 1, new.number + 1) if n in known],
        "known": list(known.values()),
    }


def _sides(old: revisions.Content, new: revisions.Content) -> Iterator[Both]:
    """Channels of both versions; those with the very same change together."""
    found: dict[Any, list[revisions.Content]] = {}
    for entry in new["channels"]:
        before = revisions.entry_for(old, entry["channel"])
        if before is not None:
            pictures = [
                [[(p["asset"], p["sha256"], p["alt"]) for p in row] for row in revisions.rows_of(e)]
                for e in (before, entry)
            ]
            key = (_whole(before), _whole(entry), repr(pictures))
            found.setdefault(key, []).append(entry)
    for (was, now, _pictures), entries in found.items():
        pieces = difference.words(was, now)
        first = revisions.entry_for(old, entries[0]["channel"])
        assert first
        kept = tuple(p for p in pieces if p.op != "ins"), tuple(p for p in pieces if p.op != "del")
        yield Both(tuple(entries), *kept, *_pictures_of(first, entries[0]))


def _whole(entry: revisions.Content) -> str:
    """All that a channel is told, its parts one below the other."""
    return _BETWEEN.join(revisions.texts_of(entry))


def _pictures_of(old: revisions.Content, new: revisions.Content) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    was, now = _placed(old), _placed(new)
    before = tuple(Shown(p, "" if key in now else "gone") for key, p in was.items())
    after = tuple(Shown(p, _mark(was.get(key), p)) for key, p in now.items())
    return before, after


def _placed(entry: revisions.Content) -> dict[tuple[int, str], revisions.Content]:
    """The pictures of an entry by their row, and by the bytes that go out: that makes two the same one."""
    rows = enumerate(revisions.rows_of(entry))
    return {(n, str(p["sha256"] or p["asset"])): p for n, row in rows for p in row}


def _mark(was: revisions.Content | None, now: revisions.Content) -> str:
    if was is None:
        return "new"
    return "told" if (was["alt"], was["decorative"]) != (now["alt"], now["decorative"]) else ""


def _fields(change: difference.Difference, old: revisions.Content, new: revisions.Content) -> Iterator[Field]:
    if change.time:
        was, now = (_when(moment) for moment in change.time)
        yield Field("s-scheduled", _("Time"), was, now)
    for handle in change.removed:
        yield Field("x", _("Channel"), handle, "")
    for handle in change.added:
        yield Field("plus", _("Channel"), "", handle)
    if change.language:
        yield Field("languages", _("Language"), _language(old["language"]), _language(new["language"]))
    for was, now in _descriptions(old, new):
        yield Field("image", _("Image description"), was, now)


def _when(moment: difference.Moment) -> str:
    if moment.at is None:
        return _("As soon as approved")
    at, zone = moment.at, moment.zone
    return _("%(day)s %(hour)s, %(place)s", day=times.day(at, zone), hour=times.hour(at, zone), place=times.place(zone))


def _language(code: str) -> str:
    return Locale.parse(code, sep="-").get_display_name(locale()) or code


def _descriptions(old: revisions.Content, new: revisions.Content) -> Iterator[tuple[str, str]]:
    """Other words for pictures that stayed, each once."""
    pairs = [(_placed(old_), _placed(new_)) for old_, new_ in _both(old, new)]
    told = [(was[key], part) for was, now in pairs for key, part in now.items() if key in was]
    yield from dict.fromkeys((_alt(was), _alt(now)) for was, now in told if _mark(was, now))


def _both(old: revisions.Content, new: revisions.Content) -> Iterator[tuple[revisions.Content, revisions.Content]]:
    """Each channel of both versions."""
    for entry in new["channels"]:
        before = revisions.entry_for(old, entry["channel"])
        if before is not None:
            yield before, entry


def _alt(part: revisions.Content) -> str:
    return _("Decorative") if part["decorative"] else part["alt"] or _("No description")


def same(change: difference.Difference) -> str:
    """What did not change, in one sentence; nothing when all of it did."""
    if not change:
        return _("Nothing that goes out is different")
    kept = [
        (not change.texts and not change.changed_parts, _("Words are the same")),
        (not change.pictures and not change.alts, _("Pictures are the same")),
        (not change.time, _("The time is the same")),
        (not change.added and not change.removed, _("Channels are the same")),
    ]
    return " ".join(f"{words}." for stays, words in kept if stays)


def numbers(content_of: Post, asked: tuple[str, str], read: Revision | None) -> tuple[Revision, Revision] | None:
    """The two versions a query asks for, the older first. Without numbers: since what was read last, else the last
    change. None when there are no such versions."""
    known = {str(r.number): r for r in revisions.all_of(content_of)}
    newest = max(known.values(), key=lambda r: r.number, default=None)
    new = known.get(asked[1]) if asked[1] else newest
    if new is None:
        return None
    usual = read if read is not None and read.number < new.number else known.get(str(new.number - 1), new)
    old = known.get(asked[0]) if asked[0] else usual
    if old is None:
        return None
    return (old, new) if old.number <= new.number else (new, old)
