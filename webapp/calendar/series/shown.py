"""What the pages of series show, and what the page of a post says of its series."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload

from webapp import times
from webapp.db import session
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts import drafts, lifecycle
from webapp.posts.models import Post
from webapp.posts.queries import first_line

from .. import basis, spans, walls
from . import changing, revising, rule, words
from .models import Occurrence, Series

SHOWN = 60
__all__ = ["lines", "listed", "panel", "words"]


@dataclass(frozen=True)
class Line:
    """One day. `look`: its post's state, or None when there is none. `may_skip`: whether it can be left out. `why`: why
    it is not as the rule has it, in a sentence; nothing when it is."""

    row: Occurrence
    look: lifecycle.Look | None
    text: str
    clock: str
    may_skip: bool
    why: str


def lines(series: Series) -> tuple[list[Line], int]:
    """The days from today on, and how many more there are."""
    today = times.today(basis.known(series.region.zone))
    here = (Occurrence.series_id == series.id, Occurrence.day >= today)
    query = sa.select(Occurrence).where(*here).order_by(Occurrence.day).limit(SHOWN + 1)
    rows = session.scalars(query.options(selectinload(Occurrence.post))).all()
    days = rule.between(series.rule, today - spans.DAY, rows[-1].day) if rows else []
    return [_line(series, row, row.day in days) for row in rows[:SHOWN]], max(0, len(rows) - SHOWN)


def _line(series: Series, row: Occurrence, ruled: bool) -> Line:
    post = row.post if row.post is not None and row.post.deleted_at is None else None
    may = post is not None and row.skipped_at is None and row.post_id != series.template_id and drafts.may_delete(post)
    look = lifecycle.look(post) if post is not None else None
    why = _why(series, row, post, ruled) if post is not None else ""
    clock = walls.said(row.clock, series.wall) if not why else ""
    return Line(row, look, first_line(post.text) if post else "", clock, may, why)


def _why(series: Series, row: Occurrence, post: Post, ruled: bool) -> str:
    if ruled and revising.on_time(series, row):
        return ""
    if post.current_id is not None:
        return _("It was sent for approval for this time, so it stays.")
    if ruled:
        return _("It has a time of its own, so it stays.")
    return _("The series has no more days than these. This one was worked on, so it stays.")


def listed(actor: Actor) -> list[tuple[Series, str]]:
    """Series with the first line of what they repeat."""
    few = joinedload(Series.template).options(load_only(Post.id, Post.text, Post.language))
    query = sa.select(Series).where(*scope(Series, actor)).options(few)
    running = query.order_by(Series.stopped_at.is_not(None), Series.id.desc()).limit(200)
    return [(row, first_line(row.template.text)) for row in session.scalars(running).unique()]


def panel(post: Post, actor: Actor) -> dict[str, Any] | None:
    """On the page of a post that repeats."""
    row = changing.of_post(post)
    if row is None:
        return None
    return {
        "template": "calendar/series/_panel.html",
        "row": row,
        "days": words.days(row.series.rule),
        "hour": words.hour(row.series),
        "clock": walls.said(row.clock, row.series.wall),
        "stopped": row.series.stopped_at is not None,
        "more": _more(row) and actor.may(Permission.WRITE, post),
    }


def _more(row: Occurrence) -> bool:
    """Whether others follow that could be like it."""
    if row.series.stopped_at is not None:
        return False
    later = rule.between(row.series.rule, row.day, row.day + rule.LONGEST)
    return bool(later)
