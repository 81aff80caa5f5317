"""The agenda: days, each with what is special, what goes out in order, what is too much, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.people.models import Region
from webapp.posts.queries import narrow

from . import basis, gaps, load, posts
from .crowding import Crowd, crowds
from .gaps import nearest
from .models import Wishes
from .posts import Item
from .scene import Scene
from .spans import DAY
from .special import Special

SIZE = 60
SPAN = 7
Specials = dict[date, list[Special]]


@dataclass(frozen=True)
class Row:
    """One line of a day: `kind` is post, gap, crowd or now."""

    kind: str
    at: datetime
    item: Item | None = None
    crowd: Crowd | None = None
    gap: gaps.Gap | None = None
    crowded: str = ""


@dataclass
class Day:
    """A day of the agenda."""

    date: date
    special: Sequence[Special] = ()
    rows: list[Row] = field(default_factory=list)
    count: int = 0
    work: bool = True
    past: bool = False


def days(scene: Scene) -> list[date]:
    """The days it shows: seven from the one that is asked for."""
    return [scene.day + n * DAY for n in range(SPAN)]


def of(scene: Scene, found: Sequence[Any], specials: Specials, target: Wishes | None, *, whole: bool) -> list[Day]:
    """The days with everything on them. `found`: the rows of `query`; `whole`: nothing before or after was left out."""
    regions = {region.id: region for region in scene.shown}
    items = [posts.item(row, regions[row.region_id]) for row in found]
    posts.fill(items, scene.actor)
    shown = [
        Day(day, specials.get(day, ()), work=day.weekday() not in scene.week.weekend, past=day < scene.today)
        for day in days(scene)
    ]
    _put(scene, shown, items, target, whole=whole)
    return [day for day in shown if day.rows or day.special or (whole and not day.past)]


def query(scene: Scene) -> Any:
    """The posts of these days, as columns; paged by the instant at which they go out."""
    inside = [sa.and_(*load.between(regions, edges[0], edges[-1])) for regions, edges in scene.groups(days(scene))]
    columns = sa.select(*posts.COLUMNS)
    return narrow(columns.where(sa.or_(*inside) if inside else sa.false()), scene.wanted.filters)


def _put(scene: Scene, shown: list[Day], items: list[Item], target: Wishes | None, *, whole: bool) -> None:
    found, by_date = crowds(items), {day.date: day for day in shown}
    for each in items:
        day = by_date.get(scene.basis.day(each.at, each.region))
        if day is None:
            continue
        day.rows += [Row("crowd", each.at, crowd=crowd) for crowd in found if crowd.items[0] is each]
        day.rows.append(Row("post", each.at, item=each, crowded=_position(each, found)))
        day.count += 1
    if target is not None and scene.chosen is not None and whole:
        for day in shown:
            _add_gaps(day, scene.chosen, target)
    _add_now(scene, by_date.get(scene.today))


def _position(each: Item, found: Sequence[Crowd]) -> str:
    """Where on the amber line of a crowd it stands: a first, m middle, z last."""
    for crowd in found:
        if each in crowd.items:
            return "a" if each is crowd.items[0] else "z" if each is crowd.items[-1] else "m"
    return ""


def _add_gaps(day: Day, region: Region, target: Wishes) -> None:
    taken = [row.at for row in day.rows if row.item and row.item.goes]
    missing = gaps.of_day(region, day.date, taken, target.silence_hours, times.now())
    day.rows += [Row("gap", gap.start, gap=gap) for gap in missing]
    day.rows.sort(key=lambda row: (row.at, row.kind == "gap"))


def _add_now(scene: Scene, day: Day | None) -> None:
    if day is not None:
        now = times.now()
        first = next((n for n, row in enumerate(day.rows) if row.at > now), len(day.rows))
        while first and day.rows[first - 1].kind == "crowd":
            first -= 1
        day.rows.insert(first, Row("now", now))


def target_of(scene: Scene) -> Wishes | None:
    """What is wanted of what it shows: on the channel that it is narrowed to, else in the chosen region."""
    channel = scene.wanted.filters.channel
    if scene.chosen is None:
        return None
    return (nearest.of_channel(channel) if channel else None) or nearest.of_region(scene.chosen)


def now_zone(scene: Scene) -> str:
    """Whose clock the line of now shows."""
    return scene.basis.zone or basis.known(scene.actor.zone)
