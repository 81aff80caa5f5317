"""A text cut into stretches: what changed in it, which words somebody pointed at, and where a network folds it.

Three things that are drawn over the same words and know nothing of each other meet here. Positions are code points of
the text as it stands now; words that are gone stand where they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .alignment import Op, Piece


@dataclass(frozen=True)
class Span:
    """Words from `start` to `end` (exclusive) that a numbered comment points at; `anchor` is where it is read."""

    start: int
    end: int
    number: int
    anchor: str


@dataclass(frozen=True)
class Stretch:
    """`marked`: somebody points at it. `ends`: those whose words end here. `folded`: the fold is right before it."""

    op: Op
    text: str
    marked: bool = False
    ends: tuple[Span, ...] = ()
    folded: bool = False


def stretches(
    text: str, pieces: Sequence[Piece] = (), spans: Sequence[Span] = (), fold: int | None = None
) -> list[Stretch]:
    """The text, or its difference to an older one, in stretches that are all one thing."""
    edges = sorted({e for s in spans for e in (s.start, s.end)} | ({fold} if fold is not None else set()))
    found: list[Stretch] = []
    at, folded = 0, fold is None
    for piece in pieces or (Piece("same", text),):
        if piece.op == "del":
            found.append(Stretch("del", piece.text))
            continue
        for start, end in _cut(at, at + len(piece.text), edges):
            here = [s for s in spans if s.start <= start and s.end >= end]
            breaks = not folded and fold is not None and start >= fold
            folded = folded or breaks
            ends = tuple(s for s in here if s.end == end)
            found.append(Stretch(piece.op, piece.text[start - at : end - at], bool(here), ends, breaks))
        at += len(piece.text)
    return found


def _cut(start: int, end: int, edges: Sequence[int]) -> list[tuple[int, int]]:
    points = [start, *(e for e in edges if start < e < end), end]
    return [(a, b) for a, b in pairwise(points) if b > a]
