"""What regions want of their calendars, and how a week stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.posts.queries import Filters

from .. import basis, kept, load, spans
from ..models import Target

FIELDS = ("posts_a_week", "most_a_day", "silence_hours")


@dataclass(frozen=True)
class Standing:
    """A region's week: how many posts it has, and what it wants."""

    region: Region
    posts: int
    target: Target | None

    @property
    def missing(self) -> int:
        """Posts that the week lacks."""
        return max(0, (self.target.posts_a_week if self.target else 0) - self.posts)

    @property
    def excess(self) -> int:
        """Posts that are more than the days may hold."""
        return max(0, self.posts - 7 * self.target.most_a_day) if self.target and self.target.most_a_day else 0


def of(regions: list[Region], week: spans.Week) -> list[Standing]:
    """This week in each region's own time, in two statements."""
    if not regions:
        return []
    targets = {row.region_id: row for row in session.scalars(sa.select(Target).where(_of(regions)))}
    counts: dict[object, int] = {}
    zones = {basis.known(region.zone) for region in regions}
    parts = [_week(zone, [r for r in regions if basis.known(r.zone) == zone], week) for zone in sorted(zones)]
    for region_id, posts in session.execute(sa.union_all(*parts)):
        counts[region_id] = posts
    return [Standing(region, counts.get(region.id, 0), targets.get(region.id)) for region in regions]


def _of(regions: list[Region]) -> sa.ColumnElement[bool]:
    return Target.region_id.in_([region.id for region in regions])


def _week(zone: str, regions: list[Region], week: spans.Week) -> sa.Select[Any]:
    edges = spans.bounds(week.of(times.today(zone)), zone)
    return load.per_region(regions, edges[0], edges[-1], Filters())


def target_of(region: Region) -> Target | None:
    """What a region wants."""
    return session.scalars(sa.select(Target).where(Target.region_id == region.id)).first()


def change(region: Region, values: Mapping[str, int], by: Actor) -> None:
    """What it wants from now on; 0 is no wish."""
    db.lock(region)
    row = target_of(region)
    if row is None:
        row = Target(id=db.new_id(), organization_id=region.organization_id, region_id=region.id)
        session.add(row)
    wanted = {name: values.get(name) or 0 for name in FIELDS}
    if any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        session.flush()
        kept.changed(region)
        events.record("target.changed", row, by=by, wanted=wanted)
