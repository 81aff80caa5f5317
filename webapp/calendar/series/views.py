"""Letting a post repeat, the page of a series, and the list of those that run."""

import uuid
from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Conflict, Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _, locale, ngettext
from webapp.people.permissions import Permission
from webapp.posts import desk
from webapp.posts.adapting import hours
from webapp.posts.edit_views import LOADED
from webapp.posts.models import Post
from webapp.posts.queries import first_line

from .. import basis, spans
from ..shared_views import bp
from . import changing, shown
from .forms import RepeatForm
from .models import Occurrence, Series


def _post(post_id: uuid.UUID) -> Post:
    return find(Post, post_id, Permission.WRITE, *LOADED)


def _first(post: Post) -> date:
    zone = basis.known(post.region.zone)
    return times.local(post.planned_at, zone).date() if post.planned_at else times.today(zone)


def _form(post: Post, data: Any = None) -> RepeatForm:
    return RepeatForm.offering(_first(post), spans.week_in(post.region.country, locale()), data)


def _context(post: Post, form: RepeatForm, problem: str = "") -> dict[str, Any]:
    return {
        "post": post,
        "form": form,
        "slot": desk.slot(post, actor()),
        "timed": hours.timed(post),
        "zone": basis.known(post.region.zone),
        "problem": problem,
    }


@bp.get("/posts/<uuid:post_id>/repeat")
@kept
def repeat_page(post_id: uuid.UUID) -> Response:
    """How often, and until when?"""
    post = _post(post_id)
    row = changing.of_post(post)
    if row is not None:
        return page("calendar/series/again.html", post=post, series=row.series)
    return page("calendar/series/repeat.html", **_context(post, _form(post)))


@bp.post("/posts/<uuid:post_id>/repeat")
def repeat(post_id: uuid.UUID) -> Response:
    """The next ones are made at once, the later ones week by week."""
    post = _post(post_id)
    form = _form(post, request.form)
    if not form.validate():
        return invalid("calendar/series/repeat.html", **_context(post, form))
    try:
        series = changing.begin(post, form.wanted(), actor())
    except Conflict:
        raise
    except Invalid as error:
        form.fail(error.fields)
        return invalid("calendar/series/repeat.html", **_context(post, form, error.message if not error.fields else ""))
    return go(_here(series), {"text": _("It repeats now. Each one is a draft of its own"), "tone": "calm"})


def _here(series: Series) -> str:
    return url_for("calendar.series_page", series_id=series.id)


@bp.get("/calendar/series")
@kept
def all_series() -> Response:
    """Every series of the regions this person sees, those that run first."""
    return page("calendar/series/index.html", rows=shown.listed(actor()), days=shown.words.days)


@bp.get("/series/<uuid:series_id>")
@kept
def series_page(series_id: uuid.UUID) -> Response:
    """The rule, the posts that are made, and what can be done about them."""
    series = find(Series, series_id)
    lines, left = shown.lines(series)
    may = actor().may(Permission.WRITE, series)
    first = first_line(series.template.text)
    return page(
        "calendar/series/show.html",
        series=series,
        first=first,
        lines=lines,
        left=left,
        may=may,
        words=shown.words,
        spans=spans,
    )


@bp.post("/series/<uuid:series_id>/stop")
def stop_series(series_id: uuid.UUID) -> Response:
    """No more of them."""
    series = find(Series, series_id, Permission.WRITE)
    gone = changing.stop(series, actor(), clear=bool(request.form.get("clear")))
    detail = ngettext("%(n)s draft was put away", "%(n)s drafts were put away", gone) if gone else ""
    return go(_here(series), {"text": _("Stopped"), "detail": detail, "tone": "calm"})


def _occurrence(occurrence_id: uuid.UUID) -> Occurrence:
    return find(Occurrence, occurrence_id, Permission.WRITE, joinedload(Occurrence.post).options(*LOADED))


@bp.post("/occurrences/<uuid:occurrence_id>/skip")
def skip_one(occurrence_id: uuid.UUID) -> Response:
    """Not on this day."""
    row = _occurrence(occurrence_id)
    changing.skip(row, actor())
    undo = url_for("calendar.keep_one", occurrence_id=row.id)
    return go(_here(row.series), {"text": _("Left out"), "undo": undo, "tone": "calm"})


@bp.post("/occurrences/<uuid:occurrence_id>/keep")
def keep_one(occurrence_id: uuid.UUID) -> Response:
    """On this day after all."""
    row = _occurrence(occurrence_id)
    changing.keep(row, actor())
    return go(_here(row.series), {"text": _("It is back"), "tone": "calm"})


@bp.post("/occurrences/<uuid:occurrence_id>/following")
def follow_one(occurrence_id: uuid.UUID) -> Response:
    """This one and those after it alike."""
    row = _occurrence(occurrence_id)
    changed, left = changing.follow(row, actor())
    text = ngettext("%(n)s later post is like this one now", "%(n)s later posts are like this one now", changed)
    detail = ngettext(
        "%(n)s stays as it is: somebody worked on it", "%(n)s stay as they are: somebody worked on them", left
    )
    return go(_here(row.series), {"text": text, "detail": detail if left else "", "tone": "calm"})
