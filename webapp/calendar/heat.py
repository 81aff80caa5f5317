"""A month at a glance: how much stands on each day, printed as a number and shaded, with what is special."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from . import load, special
from .scene import Scene
from .special import Special

SHADES = 4


@dataclass(frozen=True)
class Cell:
    """A day. `shade` from 0 (nothing) to 4; `inside`: of the month itself."""

    date: date
    load: load.Load
    shade: int
    special: Sequence[Special]
    inside: bool
    weekend: bool
    today: bool


def of(scene: Scene) -> list[list[Cell]]:
    """The weeks of the month. Two statements, however many posts there are."""
    days = scene.week.month(scene.day)
    loads = load.loads(scene.groups(days), days, scene.wanted.filters)
    specials = special.of(scene.shown, days) if scene.shown else {}
    most = max((each.posts for each in loads.values()), default=0)
    cells = [
        Cell(
            day,
            loads.get(day, load.Load()),
            shade(loads.get(day, load.Load()).posts, most),
            specials.get(day, ()),
            day.month == scene.day.month,
            day.weekday() in scene.week.weekend,
            day == scene.today,
        )
        for day in days
    ]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def shade(posts: int, most: int) -> int:
    """0 for nothing, then four steps up to the fullest day."""
    return -(-posts * SHADES // most) if posts else 0
