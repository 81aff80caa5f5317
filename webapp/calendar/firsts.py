"""The first posts of each cell of a week, with how many the cell holds: one statement for hundreds of cells.

PostgreSQL looks each cell up in the calendar's index, so that only what is shown is read. SQLite has no LATERAL: there
cells are numbered and counted before anything else of a post is read.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSON

from webapp import db
from webapp.people.models import Region
from webapp.posts.models import Post
from webapp.posts.queries import Filters, narrow

from . import load, posts
from .scene import Scene

_INSTANT = sa.DateTime(timezone=True)
_CELL = (
    sa.column("region", sa.Uuid()),
    sa.column("day", sa.Integer()),
    sa.column("start", _INSTANT),
    sa.column("until", _INSTANT),
)
_ORDER = (Post.slot_at, Post.id)


def query(scene: Scene, days: Sequence[date], most: int) -> tuple[Any, dict[str, str]]:
    """A statement and its parameters: rows of `posts.COLUMNS` and `CHANNELS`, the day's number from 1, and how many
    posts the cell holds; by time."""
    groups = scene.groups(list(days))
    if db.is_sqlite():
        return _numbered(scene, groups, most), {}
    return _looked_up(scene.wanted.filters, most), {"cells": json.dumps(_cells(groups))}


def _cells(groups: list[tuple[list[Region], list[datetime]]]) -> list[dict[str, Any]]:
    found = []
    for regions, edges in groups:
        spans = [
            {"day": n, "start": start.isoformat(), "until": until.isoformat()}
            for n, (start, until) in enumerate(pairwise(edges), 1)
        ]
        found += [{"region": str(region.id), **span} for region in regions for span in spans]
    return found


@lru_cache(maxsize=32)
def _looked_up(wanted: Filters, most: int) -> Any:
    given = sa.func.json_to_recordset(sa.cast(sa.bindparam("cells", type_=sa.Text()), JSON))
    cell = given.table_valued(*_CELL, name="cells").render_derived(with_types=True)
    inside = (Post.region_id == cell.c.region, Post.slot_at >= cell.c.start, Post.slot_at < cell.c.until)

    def those(*columns: Any) -> Any:
        found = sa.select(*columns).where(*inside, Post.deleted_at.is_(None)).correlate(cell)
        return narrow(found, wanted)

    total = those(sa.func.count().label("total")).lateral("totals")
    first = those(Post.id).order_by(*_ORDER).limit(most).lateral("firsts")
    found = sa.select(*posts.COLUMNS, posts.CHANNELS, cell.c.day, total.c.total)
    joined = cell.join(total, sa.true()).join(first, sa.true()).join(Post, Post.id == first.c.id)
    return found.select_from(joined).order_by(*_ORDER)


def _numbered(scene: Scene, groups: list[tuple[list[Region], list[datetime]]], most: int) -> Any:
    parts = []
    for regions, edges in groups:
        day = db.span_of(Post.slot_at, edges).label("day")
        part = sa.select(Post.id, Post.region_id, Post.slot_at, day)
        parts.append(narrow(part.where(*load.between(regions, edges[0], edges[-1])), scene.wanted.filters))
    every = sa.union_all(*parts).subquery()
    cell = {"partition_by": [every.c.region_id, every.c.day]}
    place = sa.func.row_number().over(**cell, order_by=[every.c.slot_at, every.c.id]).label("place")  # type: ignore[arg-type]
    total = sa.func.count().over(**cell).label("total")  # type: ignore[arg-type]
    numbered = sa.select(every.c.id, every.c.day, place, total).subquery()
    columns = sa.select(*posts.COLUMNS, posts.CHANNELS, numbered.c.day, numbered.c.total)
    first = columns.join(numbered, numbered.c.id == Post.id).where(numbered.c.place <= most)
    return first.order_by(*_ORDER)
