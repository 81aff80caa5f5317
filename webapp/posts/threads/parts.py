"""The parts that follow a text: how they are typed, kept in order, added and taken out.

Fields of the composer: `part-1`, `part-2` and so on, and `part-comment` for the first comment.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from webapp.i18n import _, number

from ..models import Post

MOST = 10
"""As many parts as may follow, the first comment among them."""
THREAD, COMMENT = "thread", "comment"
_FIELD = re.compile(r"part-([1-9]|10|comment)")
Part = dict[str, Any]


def named(parts: Iterable[Part]) -> list[tuple[str, Part]]:
    """Each part with the name of its field."""
    found, place = [], 0
    for part in parts:
        place += part["kind"] == THREAD
        found.append((f"part-{place}" if part["kind"] == THREAD else "part-comment", part))
    return found


def heading(name: str) -> str:
    """What a part is called; the text itself is the first."""
    if name == "part-comment":
        return _("First comment")
    return _("Part %(n)s", n=number(_place(name) + 1))


def fields_in(names: Iterable[str]) -> list[str]:
    """The fields of parts among what was sent, in their order."""
    found = [name for name in names if _FIELD.fullmatch(name)]
    return sorted(set(found), key=lambda name: (name == "part-comment", len(name), name))


def read(names: Iterable[str], text_of: Callable[[str], str]) -> list[Part]:
    """The parts that were typed into these fields."""
    kinds = {"part-comment": COMMENT}
    return [{"kind": kinds.get(name, THREAD), "text": text_of(name)} for name in names]


def values_of(post: Post) -> dict[str, str]:
    """What the composer's fields hold of a post."""
    return {name: part["text"] for name, part in named(post.parts or ())}


def has_comment(post: Post) -> bool:
    """Whether it has its first comment already."""
    return any(part["kind"] == COMMENT for part in post.parts or ())


def added(parts: Iterable[Part], kind: str) -> list[Part]:
    """With an empty part more, the first comment staying last; the same when there is no room."""
    have = list(parts)
    comments = [part for part in have if part["kind"] == COMMENT]
    if len(have) >= MOST or (kind == COMMENT and comments):
        return have
    thread = [part for part in have if part["kind"] == THREAD]
    fresh = {"kind": kind, "text": ""}
    return [*thread, *comments, fresh] if kind == COMMENT else [*thread, fresh, *comments]


def after(gone: str, name: str) -> str:
    """What a part is called once another was taken out; "" when it is that one."""
    if name == gone:
        return ""
    if COMMENT in (_kind(gone), _kind(name)) or not gone or _place(name) < _place(gone):
        return name
    return f"part-{_place(name) - 1}"


def _kind(name: str) -> str:
    return COMMENT if name == "part-comment" else THREAD


def _place(name: str) -> int:
    return int(name.removeprefix("part-"))


def without(parts: Iterable[Part], name: str) -> list[Part]:
    """Without the part of this field."""
    return [part for each, part in named(parts) if each != name]
