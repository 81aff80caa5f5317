"""The report: every number of a frame, put together once for the screen and for the files."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from webapp.db import session
from webapp.people import reach
from webapp.people.models import Organization

from . import expired, figures, first_pass, waiting, words
from .decided import Decided
from .figures import Spread
from .first_pass import FirstPass
from .frame import Frame
from .reading import MOST, Reader
from .waiting import Now
from .words import Change


@dataclass(frozen=True)
class Report:
    """`decided`: of both periods. `missed`: missed slots by region; `missed_before`: how many in the period before.

    `named`: the organization lets its numbers name people. `full`: more was decided than is counted.
    """

    frame: Frame
    reader: Reader
    decided: list[Decided]
    first: FirstPass
    missed: Counter[uuid.UUID]
    missed_before: int
    waiting: Now
    named: bool

    @property
    def full(self) -> bool:
        return len(self.decided) == MOST

    @cached_property
    def now(self) -> list[Decided]:
        """Of the period."""
        return [each for each in self.decided if each.at >= self.frame.start]

    @cached_property
    def whole(self) -> Spread:
        """All of the period."""
        return figures.spread(self.now)

    @cached_property
    def whole_before(self) -> Spread:
        """All of the period before."""
        return figures.spread([each for each in self.decided if each.at < self.frame.start])

    @cached_property
    def by_day(self) -> dict[date, Spread]:
        """By the columns of the chart."""
        return figures.by(self.now, lambda each: self.frame.column(each.at))

    @cached_property
    def groups(self) -> dict[str, dict[str, Spread]]:
        """By stage, region and role."""
        return {
            "stage": figures.by(self.now, lambda each: each.seat.stage),
            "region": figures.by(self.now, lambda each: each.seat.region),
            "role": figures.by(self.now, lambda each: each.seat.role),
        }

    @cached_property
    def by_person(self) -> dict[str, Spread]:
        """By name, in the order of names and not of numbers; empty unless the organization turned it on."""
        if not self.named:
            return {}
        found = figures.by((each for each in self.now if each.seat.person_id), lambda each: each.seat.person_id)
        names = reach.names(each for each in found if each)
        return {names[each]: found[each] for each in sorted(names, key=lambda one: (names[one].casefold(), one))}

    @property
    def changes(self) -> Mapping[str, Change | None]:
        """How each number changed."""
        days = self.frame.days
        return {
            "took": words.took(self.whole.median, self.whole_before.median, days),
            "first": words.rate(self.first.now.rate, self.first.before.rate, days),
            "missed": words.count(self.missed.total(), self.missed_before, days),
        }

    @property
    def regions(self) -> dict[uuid.UUID, Any]:
        """Rows of the regions that are looked at, by id."""
        return self.reader.regions

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say at all."""
        return not (self.decided or self.first.before.total or self.missed or self.missed_before or self.waiting.posts)


def of(frame: Frame) -> Report:
    """Every number, in about fifteen statements."""
    reader = Reader(frame)
    decided = reader.window()
    reader.learn_regions()
    missed, before = expired.counts(frame)
    return Report(
        frame=frame,
        reader=reader,
        decided=decided,
        first=first_pass.of(frame),
        missed=missed,
        missed_before=before,
        waiting=waiting.now(frame, reader.stages, reader.roles, reader.regions),
        named=names_people(frame),
    )


def names_people(frame: Frame) -> bool:
    """Whether the organization lets its numbers name people."""
    query = sa.select(Organization.names_people).where(Organization.id == frame.actor.organization_id)
    return session.scalars(query).one()
