"""Decisions of a period, each with how long its stage waited for it.

A stage opens when the post is sent, or when the last yes of the stages before it comes, or when a hold on it ends. What
was taken back, and a yes that was carried along, is no decision; but it opens the next stage for as long as it stands.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import working
from webapp.approvals.life.models import Hold
from webapp.approvals.models import Decision, Submission
from webapp.approvals.tally import APPROVE
from webapp.db import session
from webapp.people.hours import week_of
from webapp.people.models import Region

from .decided import Decided, Known, Seat, ids
from .frame import Frame
from .roles import Roles
from .stages import Stages

MOST, BATCH = 20_000, 500
"""So many decisions are counted at most, the newest; a file is read in batches."""
_NONE: dict[Any, list[Any]] = {}


@dataclass
class Reader:
    """Reads decisions of a frame, newest first; keeps what it learned about workflows, roles and regions."""

    frame: Frame
    stages: Stages = field(default_factory=Stages)
    regions: dict[uuid.UUID, Any] = field(default_factory=dict)
    weeks: dict[uuid.UUID, working.Week] = field(default_factory=dict)
    ids: Known = field(default_factory=ids)
    seats: Known = field(init=False)
    roles: Roles = field(init=False)

    def __post_init__(self) -> None:
        self.roles = Roles(self.frame.actor.organization_id)
        self.seats = Known(self._seat)

    def window(self) -> list[Decided]:
        """The period and the one before it, in a handful of statements."""
        return self._read(self._page(self.frame.before).limit(MOST))

    def each(self) -> Iterator[Decided]:
        """The period, in batches, so that memory does not grow with it."""
        after: Decided | None = None
        while True:
            page = self._page(self.frame.start).limit(BATCH)
            if after is not None:
                page = page.where(sa.tuple_(Decision.at, Decision.id) < sa.tuple_(_at(after), sa.literal(after.id)))
            rows = self._read(page)
            yield from rows
            if len(rows) < BATCH:
                return
            after = rows[-1]

    def _page(self, since: datetime) -> sa.Select[Any]:
        columns: tuple[Any, ...] = (
            *(raw(getattr(Decision, name)) for name in ("id", "submission_id", "post_id", "region_id", "person_id")),
            raw(Submission.workflow_id),
            Decision.stage,
            Decision.verdict,
            Decision.at,
            Submission.at.label("sent"),
        )
        return (
            sa.select(*columns)
            .join(Submission, Submission.id == Decision.submission_id)
            .where(
                *self.frame.of(Decision),
                Decision.at >= since,
                Decision.at < self.frame.end,
                Decision.undone_at.is_(None),
                Decision.carried_id.is_(None),
            )
            .order_by(Decision.at.desc(), Decision.id.desc())
        )

    def _read(self, page: sa.Select[Any]) -> list[Decided]:
        rows = many(page)
        if not rows:
            return []
        self.stages.learn({self.ids[row.workflow_id] for row in rows})
        self.roles.learn({self.ids[row.person_id] for row in rows})
        self.learn_regions()
        seats = [self.seats[row.region_id, row.workflow_id, row.stage, row.person_id] for row in rows]
        yeses, lifted = _yeses(page) if any(seat.group for seat in seats) else _NONE, _lifted(page)
        return [
            self._one(row, seat, yeses.get(row.submission_id, ()), lifted.get(row.submission_id, ()))
            for row, seat in zip(rows, seats, strict=True)
        ]

    def learn_regions(self) -> None:
        """Read the regions that are looked at, once."""
        if not self.regions:
            self.regions = regions(self.frame)
            self.weeks = {each: week_of(row) for each, row in self.regions.items()}

    def _seat(self, sits: tuple[Any, Any, int, Any]) -> Seat:
        region_id, workflow, stage, person_id = self.ids[sits[0]], self.ids[sits[1]], sits[2], self.ids[sits[3]]
        region = self.regions[region_id]
        return Seat(
            region_id=region_id,
            region=region.name,
            stage=self.stages.name(workflow, stage),
            group=self.stages.group(workflow, stage),
            person_id=person_id,
            role=self.roles.of(person_id, region.path, self.stages.roles(workflow, stage)),
        )

    def _one(self, row: Any, seat: Seat, yeses: Sequence[Any], lifted: Sequence[datetime]) -> Decided:
        at, opened = row.at, row.sent
        if yeses or lifted:
            opened = max([opened, *self._passed(row, seat.group, yeses), *(each for each in lifted if each <= at)])
        worked = working.within(self.weeks[seat.region_id], opened, at)
        return Decided(row.id, row.post_id, seat, row.verdict, opened, at, worked)

    def _passed(self, row: Any, group: int, yeses: Sequence[Any]) -> Iterator[datetime]:
        """When stages before this one had a yes that stood when the decision came."""
        workflow, at = self.ids[row.workflow_id], row.at
        for each in yeses:
            if _stood(each, at) and self.stages.group(workflow, each.stage) < group:
                yield each.at


def regions(frame: Frame) -> dict[uuid.UUID, Any]:
    """The regions that are looked at: names, paths and hours."""
    columns: tuple[Any, ...] = (Region.id, Region.name, Region.path, Region.zone)
    hours = (Region.work_days, Region.work_start, Region.work_end)
    mine = Region.organization_id == frame.actor.organization_id
    rows = session.execute(sa.select(*columns, *hours).where(mine).order_by(Region.path))
    wanted = frame.regions
    return {row.id: row for row in rows if row.id in wanted}


def _stood(given: Any, at: datetime) -> bool:
    """Whether a yes stood at an instant."""
    return bool(given.at <= at and (given.undone_at is None or given.undone_at > at))


def _at(row: Decided) -> Any:
    return sa.literal(row.at, Decision.at.type)


def raw(column: Any) -> Any:
    """An id as the database gives it: on SQLite half the time of a report went into making them."""
    return sa.type_coerce(column, sa.String()).label(column.key)


def many(query: sa.Select[Any]) -> Sequence[Any]:
    """Rows of columns by the ten thousand: straight from the connection, which makes no objects of them."""
    return session.connection().execute(query).all()


def _yeses(page: sa.Select[Any]) -> dict[Any, list[Any]]:
    """Every yes there ever was on the submissions of a page."""
    of_these = sa.select(page.subquery().c.submission_id)
    columns: tuple[Any, ...] = (raw(Decision.submission_id), Decision.stage, Decision.at, Decision.undone_at)
    query = sa.select(*columns).where(Decision.verdict == APPROVE, Decision.submission_id.in_(of_these))
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in many(query):
        found[row.submission_id].append(row)
    return found


def _lifted(page: sa.Select[Any]) -> dict[Any, list[datetime]]:
    """When holds on the posts of a page ended."""
    of_these = sa.select(page.subquery().c.post_id)
    ended = (Hold.ended_at.is_not(None), Hold.post_id.in_(of_these))
    query = sa.select(raw(Hold.submission_id), Hold.ended_at).where(*ended)
    found: dict[Any, list[datetime]] = defaultdict(list)
    for row in many(query):
        found[row.submission_id].append(row.ended_at)
    return found
