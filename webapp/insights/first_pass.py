"""How often the first version of a post gets every yes it needs, with no "changes" and no "reject".

Counted when the first version is answered: it has every yes, or somebody said no. What its author took back or
changed before an answer, and what ran out of time, was not answered and counts neither way.
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from webapp.approvals.models import Decision, Submission
from webapp.db import session

from .frame import Frame

PASSED, NOES = "passed", ("sent_back", "rejected")


@dataclass(frozen=True)
class Answers:
    """How many first versions passed, were sent back, were rejected."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def rate(self) -> int | None:
        """Percent that passed; None without answers."""
        return round(100 * self.counts[PASSED] / self.total) if self.total else None


@dataclass(frozen=True)
class FirstPass:
    """Answers of the period by region, and of the period before together."""

    by_region: dict[uuid.UUID, Answers]
    before: Answers

    @property
    def now(self) -> Answers:
        """Of the period together."""
        return Answers(sum((each.counts for each in self.by_region.values()), Counter()))


def of(frame: Frame) -> FirstPass:
    """One statement; it looks only at what was decided on in either period."""
    rows = session.execute(_counted(frame)).all()
    ids = dict.fromkeys(row.region_id for row in rows if row.now)
    return FirstPass({each: _sum(rows, True, each) for each in ids}, _sum(rows, False))


def _sum(rows: Iterable[Any], now: bool, region: uuid.UUID | None = None) -> Answers:
    found: Counter[str] = Counter()
    for row in rows:
        if bool(row.now) == now and region in (None, row.region_id):
            found[row.answer] += row.posts
    return Answers(found)


def _counted(frame: Frame) -> sa.Select[Any]:
    answered = sa.func.coalesce(Submission.cleared_at, Submission.ended_at)
    touched = sa.select(Decision.submission_id).where(
        *frame.of(Decision), Decision.at >= frame.before, Decision.at < frame.end
    )
    counted = sa.select(
        Submission.region_id,
        sa.case((Submission.cleared_at.is_not(None), PASSED), else_=Submission.outcome).label("answer"),
        sa.case((answered >= frame.start, 1), else_=0).label("now"),
    ).where(
        Submission.id.in_(touched),
        sa.or_(Submission.cleared_at.is_not(None), Submission.outcome.in_(NOES)),
        answered >= frame.before,
        answered < frame.end,
        *_first(),
    )
    each = counted.subquery()
    return sa.select(each.c.region_id, each.c.answer, each.c.now, sa.func.count().label("posts")).group_by(
        each.c.region_id, each.c.answer, each.c.now
    )


def _first() -> tuple[sa.ColumnElement[bool], ...]:
    """Of the first version of its post, and the last time that this version was asked about (a workflow may change)."""
    other = aliased(Submission)
    here = other.post_id == Submission.post_id
    earlier = sa.exists().where(here, other.id < Submission.id, other.revision_id != Submission.revision_id)
    again = sa.exists().where(here, other.id > Submission.id, other.revision_id == Submission.revision_id)
    return ~earlier, ~again
