"""How an app crops pictures in its lists: by how many there are. Opened, each is shown whole.

A network that declares `crops` and `card` satisfies `Shows`; one that does not is shown as it is, and nothing is
claimed about it. A shape is the narrowest and the widest width-by-height that is shown whole in that place; crops keep
the middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

Shape = tuple[float, float]
Crops = Mapping[int, tuple[Shape, ...]]


def exactly(ratio: float) -> Shape:
    """A place of one shape."""
    return ratio, ratio


@runtime_checkable
class Shows(Protocol):
    """Networks whose lists are known. `crops`: the shape of each place, by the number of pictures; a number that is not
    there is not cropped. `card`: what becomes of a link, a marked sentence."""

    crops: Crops
    card: str


@dataclass(frozen=True)
class Frame:
    """What is seen of a picture, as ratios of the whole: start and size."""

    x: float
    y: float
    width: float
    height: float


def frame(width: int, height: int, shape: Shape) -> Frame | None:
    """The part of a picture that is seen in a place; None when all of it is (or all but a hair)."""
    ratio = width / height
    narrowest, widest = shape
    if ratio > widest * 1.02:
        part = widest / ratio
        return Frame((1 - part) / 2, 0.0, part, 1.0)
    if ratio < narrowest / 1.02:
        part = ratio / narrowest
        return Frame(0.0, (1 - part) / 2, 1.0, part)
    return None


def frames(sizes: list[tuple[int, int]], crops: Crops) -> list[Frame | None]:
    """The part that is seen of each of several pictures (width, height), in order."""
    shapes = crops.get(len(sizes), ())
    return [frame(w, h, shapes[n]) if n < len(shapes) and w and h else None for n, (w, h) in enumerate(sizes)]
