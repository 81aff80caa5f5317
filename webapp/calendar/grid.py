"""A week of all regions: regions as rows with their clocks, days as columns, the first posts of each cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.people.models import Region
from webapp.posts.models import Post
from webapp.posts.queries import narrow

from . import crowding, load, posts, special
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
    items = []
    for found in session.execute(_query(scene, days)) if rows else ():
        row = by_id[found.region_id]
        cell = row.cells[found.day - 1]
        cell.total = found.total
        cell.items.append(posts.item(found, row.region))
        items.append(cell.items[-1])
    posts.place(items)
    specials = special.of(scene.shown, days) if rows else {}
    for row in rows:
        _finish(scene, row, specials)
    return days, rows


def _query(scene: Scene, days: list[date]) -> Any:
    """The first posts of each cell. Cells are numbered and counted before anything else of a post is read."""
    parts = []
    for regions, edges in scene.groups(days):
        day = db.span_of(Post.slot_at, edges).label("day")
        part = sa.select(Post.id, Post.region_id, Post.slot_at, day)
        parts.append(narrow(part.where(*load.between(regions, edges[0], edges[-1])), scene.wanted.filters))
    every = sa.union_all(*parts).subquery()
    cell = {"partition_by": [every.c.region_id, every.c.day]}
    place = sa.func.row_number().over(**cell, order_by=[every.c.slot_at, every.c.id]).label("place")  # type: ignore[arg-type]
    total = sa.func.count().over(**cell).label("total")  # type: ignore[arg-type]
    numbered = sa.select(every.c.id, every.c.day, place, total).subquery()
    columns = sa.select(*posts.COLUMNS, numbered.c.day, numbered.c.total)
    first = columns.join(numbered, numbered.c.id == Post.id).where(numbered.c.place <= SHOWN)
    return first.order_by(Post.slot_at, Post.id)


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
