"""What is looked at: a period of whole days, the period before it, and the regions somebody may read numbers of."""

import uuid
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.errors import NotFound
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

MAY = Permission.ACTIVITY
"""Who reads the activity reads its numbers, of the same regions."""
PERIODS = (7, 30, 90)
USUAL = 30
WEEK = 7


@dataclass(frozen=True)
class Frame:
    """`region`: the only one that is looked at, with those below it; None: all that `actor` reads numbers of.

    Days are counted in `zone`. `start`, `end`, `before`: first instant of the period, of the day after it, and of the
    period before, which is as long.
    """

    actor: Actor
    days: int
    region: uuid.UUID | None
    zone: str
    start: datetime
    end: datetime
    before: datetime

    @property
    def query(self) -> dict[str, Any]:
        """For a URL."""
        return {"days": self.days, **({"region": str(self.region)} if self.region else {})}

    @property
    def first(self) -> date:
        """The first day."""
        return times.local(self.start, self.zone).date()

    @property
    def last(self) -> date:
        """The last day: today."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def regions(self) -> frozenset[uuid.UUID]:
        """Ids of every region that is looked at."""
        held, path = self.actor.regions(MAY), self.actor.tree[self.region] if self.region else "/"
        return frozenset(each for each in held if self.actor.tree[each].startswith(path))

    def of(self, model: Any) -> list[sa.ColumnElement[bool]]:
        """Conditions on rows with an organization and a region.

        The second is a test and not a way to find: rows are found by when, so that a region's long past costs nothing.
        """
        if self.region is None:
            mine, *within = scope(model, self.actor, MAY)
        else:
            mine, within = model.organization_id == self.actor.organization_id, [model.region_id.in_(self.regions)]
        return [mine, *(sa.func.coalesce(each, sa.false()) for each in within)]

    @property
    def step(self) -> int:
        """How many days a column of a chart stands for."""
        return 1 if self.days <= USUAL else WEEK

    def column(self, at: datetime) -> date:
        """The first day of the column an instant belongs to."""
        return self.columns[max(0, bisect_right(self._edges, at) - 1)]

    @cached_property
    def columns(self) -> list[date]:
        """The first day of each column, the oldest first; they are counted back from today."""
        count = -(-self.days // self.step)
        ends = [self.last - n * timedelta(days=self.step) for n in range(count)]
        return [max(self.first, end - timedelta(days=self.step) + _DAY) for end in reversed(ends)]

    @cached_property
    def _edges(self) -> list[datetime]:
        """The first instant of each column."""
        return [times.day_bounds(first, self.zone)[0] for first in self.columns]


_DAY = timedelta(days=1)


def of(actor: Actor, args: Mapping[str, str]) -> Frame:
    """From an address; 30 days unless it says otherwise. Raises NotFound for a region that is not there for them."""
    region = _region(actor, args.get("region", ""))
    days = next((each for each in PERIODS if args.get("days") == str(each)), USUAL)
    zone = _zone(region) if region else actor.zone
    last = times.today(zone)
    start, before = (times.day_bounds(last - timedelta(days=n - 1), zone)[0] for n in (days, 2 * days))
    return Frame(actor, days, region, zone, start, times.day_bounds(last, zone)[1], before)


def _region(actor: Actor, raw: str) -> uuid.UUID | None:
    if not raw:
        return None
    try:
        found = uuid.UUID(raw)
    except ValueError:
        raise NotFound from None
    if found not in actor.regions(MAY):
        raise NotFound
    return found


def _zone(region: uuid.UUID) -> str:
    return session.scalars(sa.select(Region.zone).where(Region.id == region)).one()
