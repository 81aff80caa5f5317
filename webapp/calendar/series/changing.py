"""Beginning a series, stopping it, leaving one out, and giving what follows the words of one of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import new_id, session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _, ngettext
from webapp.people.permissions import Actor
from webapp.posts import copies, drafts
from webapp.posts.adapting import hours
from webapp.posts.lifecycle import State
from webapp.posts.models import Post

from .. import basis
from . import making, rule
from .models import Occurrence, Series

MOST = 200
"""Series that run in one region."""


@dataclass(frozen=True)
class Wanted:
    """A rule as the form says it; `first` follows from the post."""

    kind: str
    every: int
    weekdays: tuple[int, ...]
    until: date | None
    most: int | None


def of_post(post: Post) -> Occurrence | None:
    """Which one of which series a post is."""
    return session.scalars(sa.select(Occurrence).where(Occurrence.post_id == post.id)).first()


def begin(post: Post, wanted: Wanted, by: Actor) -> Series:
    """Let a post repeat; it is the first of them. Raises Invalid at the field, Conflict when it repeats already."""
    db.lock(post)
    if of_post(post) is not None:
        raise Conflict(_("This post repeats already."))
    if not hours.timed(post):
        raise Invalid(_("Give it a time first. It repeats at the same hour."))
    assert post.planned_at
    there = times.local(post.planned_at, basis.known(post.region.zone))
    _check(wanted, there.date())
    _room(post.region_id)
    series = Series(id=new_id(), organization_id=post.organization_id, region_id=post.region_id, region=post.region)
    series.person_id, series.template, series.wall = by.id, post, there.strftime("%H:%M")
    series.kind, series.every, series.weekdays = wanted.kind, wanted.every, list(wanted.weekdays)
    series.until, series.most, series.first, series.made_until = wanted.until, wanted.most, there.date(), there.date()
    session.add(series)
    session.flush()
    here = {"organization_id": series.organization_id, "region_id": series.region_id, "series_id": series.id}
    session.add(Occurrence(id=new_id(), day=series.first, post_id=post.id, version=post.version, **here))
    session.flush()
    events.record("series.begun", series, by=by, post=post.id, how=series.kind, every=series.every, wall=series.wall)
    making.ahead(series)
    return series


def _check(wanted: Wanted, first: date) -> None:
    if wanted.kind == rule.WEEKLY and not wanted.weekdays:
        raise Invalid(fields={"weekdays": _("Choose at least one day.")})
    if wanted.until is not None and wanted.until <= first:
        raise Invalid(fields={"until": _("It ends before it repeats even once.")})
    if wanted.until is not None and wanted.until > first + rule.LONGEST:
        raise Invalid(fields={"until": _("It repeats for three years at most.")})


def _room(region_id: uuid.UUID) -> None:
    running = sa.select(sa.func.count()).where(Series.region_id == region_id, Series.stopped_at.is_(None))
    if (session.scalar(running) or 0) >= MOST:
        said = ngettext("A region has at most %(n)s series.", "A region has at most %(n)s series.", MOST)
        raise Invalid(said)


def after(series: Series, day: date) -> Sequence[Occurrence]:
    """Those on later days, in order."""
    query = sa.select(Occurrence).where(Occurrence.series_id == series.id, Occurrence.day > day)
    return session.scalars(query.order_by(Occurrence.day)).all()


def untouched(row: Occurrence) -> bool:
    """Whether its post is a draft exactly as it was made: nobody wrote in it, nobody was asked about it."""
    post = row.post
    if post is None or post.deleted_at is not None or post.current_id is not None:
        return False
    return State(post.state) == State.DRAFT and post.version == row.version


def follow(row: Occurrence, by: Actor) -> tuple[int, int]:
    """Those after this one become like it: words, pictures, channels and hour. Answers how many did, and how many stay
    as they are, since somebody touched them. The next ones are made like it too."""
    series, post = row.series, row.post
    db.lock(series)
    if post is None or post.deleted_at is not None:
        raise Conflict(_("This post was deleted."))
    if hours.timed(post) and post.planned_at:
        series.wall = times.local(post.planned_at, basis.known(series.region.zone)).strftime("%H:%M")
    series.template, series.template_id = post, post.id
    session.flush()
    changed = kept = 0
    for each in after(series, row.day):
        if each.post is None or each.post.deleted_at is not None:
            continue
        if untouched(each):
            _refill(series, each, post)
            changed += 1
        else:
            kept += 1
    events.record("series.changed", series, by=by, post=post.id, changed=changed, kept=kept)
    return changed, kept


def _refill(series: Series, row: Occurrence, template: Post) -> None:
    assert row.post
    copies.fill(row.post, copies.of(template))
    planned, row.clock = making.placed(series, row.day)
    row.post.version += 1
    row.post.updated_at = times.now()
    making.put(row.post, planned)
    row.version = row.post.version


def skip(row: Occurrence, by: Actor) -> None:
    """Not on this day: its draft is put away. Twice is once. Raises Forbidden for what waits or went out."""
    db.lock(row)
    if row.skipped_at is not None:
        return
    if row.post is not None and row.post.deleted_at is None:
        if row.post_id == row.series.template_id:
            raise Forbidden(_("The next ones are made like this one. Change it, or stop the series."))
        drafts.delete(row.post, by)
    row.skipped_at = times.now()
    events.record("series.skipped", row.series, by=by, day=row.day, post=row.post_id)


def keep(row: Occurrence, by: Actor) -> None:
    """On this day after all. Twice is once."""
    db.lock(row)
    if row.skipped_at is None or row.post is None:
        return
    row.skipped_at = None
    drafts.restore(row.post, by)
    events.record("series.kept", row.series, by=by, day=row.day, post=row.post_id)


def stop(series: Series, by: Actor, *, clear: bool) -> int:
    """Make no more. `clear`: drafts ahead that nobody touched are put away; answers how many. Twice is once."""
    db.lock(series)
    if series.stopped_at is not None:
        return 0
    series.stopped_at = times.now()
    gone = 0
    for row in after(series, times.today(basis.known(series.region.zone))) if clear else ():
        if untouched(row) and row.post is not None and row.post_id != series.template_id:
            drafts.delete(row.post, by)
            gone += 1
    events.record("series.stopped", series, by=by, removed=gone)
    return gone
