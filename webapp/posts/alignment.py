"""Lining up two sequences of words: the longest common subsequence, in bounded time whatever the texts are.

`difflib` takes many seconds on periodic texts, which anybody could write. Here the work is the product of the lengths,
capped: longer texts are lined up by lines first, and what is still too long counts as replaced.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Op = Literal["same", "ins", "del"]
Step = tuple[Op, str]
_MOST = 1_200_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    op: Op
    text: str


def align(a: list[str], b: list[str]) -> Iterator[Step]:
    """One step for each token: kept, deleted from `a`, or inserted from `b`."""
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    yield from (("same", token) for token in a[:head])
    yield from _middle(a[head : len(a) - tail], b[head : len(b) - tail])
    yield from (("same", token) for token in a[len(a) - tail :])


def _common(a: list[str], b: list[str]) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _middle(a: list[str], b: list[str]) -> Iterator[Step]:
    if len(a) * len(b) <= _MOST:
        return _longest(a, b)
    lines_a, lines_b = _lines(a), _lines(b)
    if min(len(lines_a), len(lines_b)) < 2 or len(lines_a) * len(lines_b) > _MOST:
        return _replaced(a, b)
    return _by_lines(lines_a, lines_b)


def _replaced(a: Iterable[str], b: Iterable[str]) -> Iterator[Step]:
    yield from (("del", token) for token in a)
    yield from (("ins", token) for token in b)


def _lines(tokens: list[str]) -> list[tuple[str, ...]]:
    lines: list[list[str]] = [[]]
    for each in tokens:
        lines[-1].append(each)
        if each == "\n":
            lines.append([])
    return [tuple(line) for line in lines if line]


def _by_lines(a: list[tuple[str, ...]], b: list[tuple[str, ...]]) -> Iterator[Step]:
    """Whole lines first, then words inside the lines that changed."""
    gone: list[str] = []
    came: list[str] = []
    names = {line: str(n) for n, line in enumerate(dict.fromkeys([*a, *b]))}
    back = {name: line for line, name in names.items()}
    for op, name in _longest([names[x] for x in a], [names[x] for x in b]):
        if op == "same":
            yield from _changed(gone, came)
            gone, came = [], []
            yield from (("same", token) for token in back[name])
        else:
            (gone if op == "del" else came).extend(back[name])
    yield from _changed(gone, came)


def _changed(a: list[str], b: list[str]) -> Iterator[Step]:
    return _longest(a, b) if len(a) * len(b) <= _MOST else _replaced(a, b)


def _longest(a: list[str], b: list[str]) -> Iterator[Step]:
    """The longest common subsequence, deletions before insertions."""
    rows = _lengths(a, b)
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            yield "same", a[i]
            i, j = i + 1, j + 1
        elif rows[i + 1][j] >= rows[i][j + 1]:
            yield "del", a[i]
            i += 1
        else:
            yield "ins", b[j]
            j += 1
    yield from _replaced(a[i:], b[j:])


def _lengths(a: list[str], b: list[str]) -> list[list[int]]:
    """`rows[i][j]`: length of the longest common subsequence of a[i:] and b[j:]."""
    rows = [[0] * (len(b) + 1)]
    for x in reversed(a):
        below, row = rows[-1], [0] * (len(b) + 1)
        for j in range(len(b) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if x == b[j] else max(below[j], row[j + 1])
        rows.append(row)
    return rows[::-1]


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Whole phrases: neighbours of one kind made one, deletions of a change before its insertions.

    A lone space between two changes belongs to both, so that a replaced phrase reads as one.
    """
    changes: list[tuple[str, str, str]] = [("", "", "")]
    for piece in pieces:
        kept, gone, came = changes[-1]
        if piece.op == "del":
            changes[-1] = (kept, gone + piece.text, came)
        elif piece.op == "ins":
            changes[-1] = (kept, gone, came + piece.text)
        elif gone or came:
            changes.append((piece.text, "", ""))
        else:
            changes[-1] = (kept + piece.text, "", "")
    named: tuple[Op, Op, Op] = ("same", "del", "ins")
    return [Piece(op, text) for each in _phrases(changes) for op, text in zip(named, each, strict=True) if text]


def _phrases(changes: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Each: what was kept, then what went and what came."""
    out = changes[:1]
    for kept, gone, came in changes[1:]:
        before = out[-1]
        if (gone or came) and kept.isspace() and "\n" not in kept:
            out[-1] = (before[0], before[1] + kept + gone, before[2] + kept + came)
        else:
            out.append((kept, gone, came))
    return out
