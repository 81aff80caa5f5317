"""How much stands on each day: one statement for a week or a month of any number of regions and zones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.people.models import Region
from webapp.posts.lifecycle import State
from webapp.posts.models import Post
from webapp.posts.queries import Filters, narrow

TROUBLE = tuple(str(state) for state in (State.FAILED, State.UNKNOWN, State.HELD, State.EXPIRED, State.SENT_BACK))


@dataclass(frozen=True)
class Load:
    """Posts of a day, and those of them that need a look."""

    posts: int = 0
    trouble: int = 0


def between(regions: Iterable[Region], start: datetime, end: datetime) -> list[sa.ColumnElement[bool]]:
    """Conditions: posts of these regions from an instant on and before another, as the index of the calendar has it."""
    ids = [region.id for region in regions]
    return [Post.region_id.in_(ids), Post.slot_at >= start, Post.slot_at < end, Post.deleted_at.is_(None)]


def loads(groups: Iterable[tuple[list[Region], list[datetime]]], days: list[date], wanted: Filters) -> dict[date, Load]:
    """What stands on each of the days, over all regions."""
    parts = list(groups)
    if not parts:
        return {}
    found: dict[date, Load] = {}
    for n, state, posts in session.execute(*_counted(parts, wanted)):
        before = found.get(days[n - 1], Load())
        found[days[n - 1]] = Load(before.posts + posts, before.trouble + (posts if state in TROUBLE else 0))
    return found


def _counted(parts: list[tuple[list[Region], list[datetime]]], wanted: Filters) -> tuple[Any, dict[str, Any]]:
    """A statement and its parameters: the day's number from 1, the state, how many."""
    if db.is_sqlite():
        return sa.union_all(*(_part(regions, edges, wanted) for regions, edges in parts)), {}
    values: dict[str, Any] = {}
    for n, (regions, edges) in enumerate(parts):
        values |= {f"regions{n}": [region.id for region in regions], f"edges{n}": edges}
        values |= {f"start{n}": edges[0], f"end{n}": edges[-1]}
    return _kept(len(parts), wanted), values


@lru_cache(maxsize=64)
def _kept(parts: int, wanted: Filters) -> Any:
    """The statement for so many parts, built once."""
    return sa.union_all(*(_kept_part(n, wanted) for n in range(parts)))


def _kept_part(n: int, wanted: Filters) -> sa.Select[Any]:
    start, end = (sa.bindparam(f"{name}{n}", type_=db.Instant()) for name in ("start", "end"))
    edges = sa.bindparam(f"edges{n}", type_=sa.ARRAY(sa.DateTime(timezone=True)))
    which = sa.func.width_bucket(Post.slot_at, edges, type_=sa.Integer())
    regions = Post.region_id.in_(sa.bindparam(f"regions{n}", expanding=True))
    query = sa.select(which, Post.state, sa.func.count()).where(
        regions, Post.slot_at >= start, Post.slot_at < end, Post.deleted_at.is_(None)
    )
    found: sa.Select[Any] = narrow(query, wanted).group_by(which, Post.state)
    return found


def _part(regions: list[Region], edges: list[datetime], wanted: Filters) -> sa.Select[Any]:
    which = db.span_of(Post.slot_at, edges)
    query = sa.select(which, Post.state, sa.func.count()).where(*between(regions, edges[0], edges[-1]))
    found: sa.Select[Any] = narrow(query, wanted).group_by(sa.text("1"), Post.state)
    return found


def per_region(regions: Iterable[Region], start: datetime, end: datetime, wanted: Filters) -> sa.Select[Any]:
    """How many posts each region has from an instant on and before another, as a statement."""
    query = sa.select(Post.region_id, sa.func.count()).where(*between(regions, start, end))
    found: sa.Select[Any] = narrow(query, wanted).group_by(Post.region_id)
    return found
