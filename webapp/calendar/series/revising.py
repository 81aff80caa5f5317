"""Another rule for a series: the days from tomorrow on follow it.

A draft at the hour of the series goes along, with whatever was written in it: to the new hour, and from a day that the
rule has no more to the next one that it has now. What was sent for approval, or was given a time of its own, stays;
the page of the series says so of each (`shown.py`).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor
from webapp.posts import drafts
from webapp.posts.adapting.models import Adaptation
from webapp.posts.lifecycle import State
from webapp.posts.models import Post

from .. import basis
from . import changing, making, rule
from .changing import Wanted
from .models import Occurrence, Series


@dataclass(frozen=True)
class Revised:
    """How many drafts followed, were made, and went, since no day was left for them."""

    followed: int = 0
    made: int = 0
    gone: int = 0


def today_of(series: Series) -> date:
    """The day it is where the series is."""
    return times.today(basis.known(series.region.zone))


def left(series: Series) -> int:
    """How many days it still has, for one that ends."""
    today = today_of(series)
    return sum(day > today for day in rule.days(series.rule))


def revise(series: Series, wanted: Wanted, wall: str, by: Actor) -> Revised:
    """Another rule, another hour (`HH:MM`). `wanted.most`: how many more. Raises Invalid at the field, Conflict when it
    was stopped. Nothing is written when nothing changed."""
    db.lock(series)
    if series.stopped_at is not None:
        raise Conflict(_("This series was stopped. It makes no more."))
    today = today_of(series)
    changed = _ruled(series, wanted, today)
    if (changed, wall) == (series.rule, series.wall):
        return Revised()
    rows = _ahead(series, today)
    handed = _handed_on(rows)
    along = [row for row in rows if row.post_id not in handed and goes_along(series, row)]
    _set(series, changed, wall)
    followed, gone = _follow(series, along, today, by)
    series.made_until = today
    session.flush()
    made = making.ahead(series)
    said: dict[str, Any] = {"how": series.kind, "every": series.every, "weekdays": series.weekdays, "wall": wall}
    said |= {"until": series.until, "most": series.most, "followed": followed, "made": made, "gone": gone}
    events.record("series.revised", series, by=by, **said)
    return Revised(followed, made, gone)


def _ruled(series: Series, wanted: Wanted, today: date) -> rule.Rule:
    """The rule that is wanted: it begins where the old one did, or, while that is ahead, on the next day that fits."""
    first = series.first
    if wanted.kind == rule.WEEKLY and not wanted.weekdays:
        raise Invalid(fields={"weekdays": _("Choose at least one day.")})
    if wanted.kind == rule.WEEKLY and first > today:
        fits = rule.days(rule.Rule(rule.WEEKLY, first, 1, wanted.weekdays))
        first = next(day for day in fits if day.isoweekday() in wanted.weekdays)
    if wanted.until is not None and not today < wanted.until <= today + rule.LONGEST:
        said = _("Choose a day that is ahead.") if wanted.until <= today else _("It repeats for three years at most.")
        raise Invalid(fields={"until": said})
    made = rule.Rule(wanted.kind, first, wanted.every, wanted.weekdays, wanted.until)
    if wanted.most is None:
        return made
    if series.most and replace(made, most=series.most) == series.rule and wanted.most == left(series):
        return series.rule
    return replace(made, until=list(islice((day for day in rule.days(made) if day > today), wanted.most))[-1])


def _set(series: Series, new: rule.Rule, wall: str) -> None:
    series.kind, series.first, series.every, series.weekdays = new.kind, new.first, new.every, list(new.weekdays)
    series.until, series.most, series.wall = new.until, new.most, wall


def _ahead(series: Series, today: date) -> list[Occurrence]:
    """The days after today that have a post; the posts are taken alone, so that nobody sends one meanwhile."""
    rows = [row for row in changing.after(series, today) if row.post_id is not None]
    query = sa.select(Post).where(Post.id.in_([row.post_id for row in rows])).order_by(Post.id)
    session.scalars(query.with_for_update(of=Post).execution_options(populate_existing=True)).unique().all()
    return rows


def _handed_on(rows: Sequence[Occurrence]) -> set[uuid.UUID]:
    """Posts that regions adapt: those regions were promised their time."""
    live = sa.select(Adaptation.master_id).where(Adaptation.declined_at.is_(None))
    return set(session.scalars(live.where(Adaptation.master_id.in_([row.post_id for row in rows]))))


def goes_along(series: Series, row: Occurrence) -> bool:
    """Whether its post is a draft that was never sent, at the hour that the rule says; also one that was left out."""
    post = row.post
    if post is None or post.current_id is not None or post.adapted_from_id is not None:
        return False
    if post.deleted_at is not None and row.skipped_at is None:
        return False
    return State(post.state) == State.DRAFT and on_time(series, row)


def on_time(series: Series, row: Occurrence) -> bool:
    """Whether its post goes out at the hour of the series on its day."""
    return bool(row.post and not row.post.as_soon and row.post.planned_at == making.placed(series, row.day)[0].at)


def _follow(series: Series, along: Sequence[Occurrence], today: date, by: Actor) -> tuple[int, int]:
    """Drafts of days that are no more go to the next new ones; answers how many followed, and how many went."""
    days = rule.between(series.rule, today, making.horizon())
    taken = set(session.scalars(sa.select(Occurrence.day).where(Occurrence.series_id == series.id)))
    free = iter([day for day in days if day not in taken])
    followed = gone = 0
    for row in along:
        if row.day not in days and row.skipped_at is None:
            row.day = next(free, row.day)
        if row.day in days:
            followed += _retime(series, row)
        elif changing.untouched(row) and row.post_id != series.template_id:
            gone += _put_away(row, by)
    return followed, gone


def _retime(series: Series, row: Occurrence) -> bool:
    """Give its draft the hour of the series on its day; whether that is another one, and the draft is there."""
    post, (planned, row.clock) = row.post, making.placed(series, row.day)
    assert post
    if post.planned_at == planned.at:
        return False
    fresh = post.version == row.version
    post.version += 1
    post.updated_at = times.now()
    making.put(post, planned)
    row.version = post.version if fresh else row.version
    return post.deleted_at is None


def _put_away(row: Occurrence, by: Actor) -> bool:
    """No day is left for it: its draft goes, and the day may be made again by another rule."""
    assert row.post
    drafts.delete(row.post, by)
    session.delete(row)
    return True
