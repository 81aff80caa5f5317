"""A week of all regions: regions as rows with their clocks, days as columns, the first posts of each cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from webapp.db import session
from webapp.people.models import Region

from . import crowding, firsts, posts, special
from .gaps import nearest
from .models import Target
from .posts import Item
from .scene import Scene
from .special import Special

SHOWN = 3
"""Posts a cell shows; the rest is counted."""


@dataclass
class Cell:
    """A region's day. `total` posts in all; `over`: more than the region wants on a day."""

    date: date
    items: list[Item] = field(default_factory=list)
    total: int = 0
    special: Sequence[Special] = ()
    crowd: crowding.Crowd | None = None
    over: int = 0
    addable: bool = False

    @property
    def more(self) -> int:
        return self.total - len(self.items)


@dataclass(frozen=True)
class Row:
    """A region with its seven days. `total` posts in the week; `target`: what it wants."""

    region: Region
    cells: list[Cell]
    target: Target | None

    @property
    def total(self) -> int:
        return sum(cell.total for cell in self.cells)


def of(scene: Scene) -> tuple[list[date], list[Row]]:
    """The days of the week that holds the day asked for, and the regions. Four statements, however many posts."""
    days = scene.week.of(scene.day)
    targets = nearest.of_regions(scene.shown)
    rows = [Row(region, [Cell(day) for day in days], targets.get(region.id)) for region in scene.shown]
    by_id = {row.region.id: row for row in rows}
    read = []
    for found in session.execute(*firsts.query(scene, days, SHOWN)) if rows else ():
        row = by_id[found.region_id]
        cell = row.cells[found.day - 1]
        cell.total = found.total
        cell.items.append(posts.item(found, row.region))
        read.append((cell.items[-1], found.channels))
    posts.place_read(read)
    specials = special.of(scene.shown, days) if rows else {}
    for row in rows:
        _finish(scene, row, specials)
    return days, rows


def _finish(scene: Scene, row: Row, specials: dict[date, list[Special]]) -> None:
    """What is special on each day there, what is too much, and where something may be added."""
    crowds = crowding.crowds(item for cell in row.cells for item in cell.items)
    most = row.target.most_a_day if row.target else 0
    for cell in row.cells:
        cell.special = [each for each in specials.get(cell.date, ()) if row.region.name in each.regions]
        cell.crowd = next((crowd for crowd in crowds if crowd.items[0] in cell.items), None)
        cell.over = cell.total if most and cell.total > most else 0
        worked = cell.date.isoweekday() in row.region.work_days
        cell.addable = not cell.items and worked and cell.date >= scene.today and not cell.special
