"""Making them ahead: each day within the horizon gets its own draft, once, at its hour on the clocks there."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.db import new_id, session
from webapp.errors import DomainError
from webapp.logs import event as log
from webapp.posts import checks, copies, drafts, lifecycle
from webapp.posts.models import Post

from .. import walls
from . import rule
from .models import Occurrence, Series

AHEAD = timedelta(weeks=8)
AT_ONCE = 50
"""Series that one run of the job looks at."""


@dataclass(frozen=True)
class _Author:
    """Who a post that is made by itself belongs to."""

    id: uuid.UUID


def due() -> int:
    """Make what is missing in every series that runs; answers how many posts."""
    wanted = sa.select(Series.id).where(Series.stopped_at.is_(None), Series.made_until < horizon())
    made = 0
    for series_id in session.scalars(wanted.order_by(Series.made_until, Series.id).limit(AT_ONCE)).all():
        made += _tried(session.get_one(Series, series_id))
    return made


def _tried(series: Series) -> int:
    """One that cannot be made says so in the log, and stops none of the others."""
    try:
        with db.apart():
            return ahead(series)
    except DomainError as error:
        log("series_not_made", series_id=str(series.id), error=type(error).__name__)
        return 0


def _latest_today() -> date:
    """The day it is where days begin first: every series is looked at in time."""
    return times.today("Pacific/Kiritimati")


def horizon() -> date:
    """The last day that is made now."""
    return _latest_today() + AHEAD


def ahead(series: Series) -> int:
    """Make what is missing in one. Twice is once, also at once: the row is locked, and a day has one occurrence."""
    db.lock(series)
    if series.stopped_at is not None:
        return 0
    last = horizon()
    wanted = rule.between(series.rule, series.made_until, last)
    known = set(session.scalars(sa.select(Occurrence.day).where(Occurrence.series_id == series.id)))
    for day in wanted:
        if day not in known:
            _make(series, day)
    series.made_until = max(series.made_until, last)
    session.flush()
    return len(set(wanted) - known)


def placed(series: Series, day: date) -> tuple[times.Planned, str]:
    """When that is, and what the clocks do to its hour."""
    return walls.placed(datetime.combine(day, time.fromisoformat(series.wall)), series.region.zone)


def _make(series: Series, day: date) -> None:
    planned, clock = placed(series, day)
    row = Occurrence(id=new_id(), organization_id=series.organization_id, region_id=series.region_id)
    row.series_id, row.day, row.clock = series.id, day, clock
    if planned.at > times.now() + checks.NEAR:
        post = drafts.create(series.region, _Author(series.template.author_id), source=series.template)
        copies.fill(post, copies.of(series.template))
        put(post, planned)
        row.post_id, row.version = post.id, post.version
    else:
        row.skipped_at = times.now()
    session.add(row)
    session.flush()


def put(post: Post, planned: times.Planned) -> None:
    """Give a draft its time."""
    post.planned_at, post.zone, post.as_soon = planned.at, planned.zone, False
    post.wall = planned.wall.isoformat(timespec="minutes")
    session.flush()
    lifecycle.project(post)
