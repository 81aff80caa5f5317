"""Choosing several posts, looking at one list of old and new times, moving them, and one undo."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow
from webapp.i18n import _, ngettext
from webapp.people.models import Region
from webapp.people.permissions import Permission, scope
from webapp.posts import lifecycle
from webapp.posts.labels.models import Campaign
from webapp.posts.models import Post
from webapp.posts.queries import first_line

from .. import basis, scene, spans, wanted
from ..shared_views import bp
from . import acting, picking, planning
from .forms import DaysForm
from .models import Shift
from .planning import Line


def _scene() -> scene.Scene:
    allow(Permission.WRITE)
    return scene.of(actor(), wanted.read(request.args))


def _campaign(seen: scene.Scene) -> Campaign | None:
    found = session.get(Campaign, seen.wanted.filters.campaign) if seen.wanted.filters.campaign else None
    return found if found is not None and found.organization_id == actor().organization_id else None


def _begin(seen: scene.Scene) -> Any:
    """From now on, or from the day that is asked for."""
    zone = seen.basis.zone or basis.known(actor().zone)
    return max(times.now(), times.day_bounds(seen.day, zone)[0])


@bp.get("/calendar/selection")
def select() -> Response:
    """What can be moved together; `pick` names what was chosen (or `all` of a campaign), and shows the list."""
    seen = _scene()
    form = DaysForm.of(request.args if "confirm" in request.args else None)
    offered = picking.offered(actor(), seen.wanted.filters, _begin(seen))
    if "confirm" not in request.args:
        return _select(seen, offered, form)
    if not form.validate():
        return _select(seen, offered, form, status=422)
    try:
        whole = request.args.get("all") == "1" and _campaign(seen) is not None
        posts = offered if whole else picking.chosen(actor(), request.args.getlist("pick"))
    except Invalid as error:
        return _select(seen, offered, form, error.message, 422)
    return _confirm(planning.shifted(posts, form.shift), url_for("calendar.select", **_back(seen)))


def _back(seen: scene.Scene) -> dict[str, Any]:
    return {**seen.wanted.args, "day": request.args.get("day") or None, "all": request.args.get("all") or None}


def _select(seen: scene.Scene, offered: list[Post], form: DaysForm, problem: str = "", status: int = 200) -> Response:
    rows = [(post, first_line(post.text), lifecycle.look(post)) for post in offered]
    whole = request.args.get("all") == "1"
    shown: dict[str, Any] = {
        "rows": rows,
        "form": form,
        "problem": problem,
        "whole": whole,
        "campaign": _campaign(seen),
    }
    picked = set(request.args.getlist("pick"))
    args = {**seen.wanted.args, "day": request.args.get("day") or None}
    return page("calendar/shifting/select.html", status, scene=seen, picked=picked, args=args, **shown)


def _confirm(lines: list[Line], back: str) -> Response:
    going = [line for line in lines if not line.why]
    staying = [line for line in lines if line.why]
    return page("calendar/shifting/confirm.html", going=going, staying=staying, back=back, known=basis.known)


@bp.get("/calendar/filling")
def fill_week() -> Response:
    """Drafts without a time, and free slots of a week for those that are chosen."""
    seen = _scene()
    region = seen.chosen or next(iter(_writable(seen)), None)
    if region is None or not actor().may(Permission.WRITE, region):
        raise NotFound
    week = seen.week.of(seen.day)
    posts = picking.timeless(actor(), region, seen.wanted.filters)
    if "confirm" not in request.args:
        return _fill(seen, region, week, posts)
    try:
        chosen = {post.id for post in picking.chosen(actor(), request.args.getlist("pick"))}
    except Invalid as error:
        return _fill(seen, region, week, posts, error.message, 422)
    lines = planning.filled([p for p in posts if p.id in chosen], week[0], basis.known(region.zone))
    return _confirm(lines, url_for("calendar.fill_week", **_back(seen)))


def _writable(seen: scene.Scene) -> list[Region]:
    return [region for region in seen.shown if actor().may(Permission.WRITE, region)]


def _fill(
    seen: scene.Scene, region: Region, week: list[Any], posts: list[Post], problem: str = "", status: int = 200
) -> Response:
    around = {name: spans.fit(seen.day + n * spans.DAY).isoformat() for name, n in (("before", -7), ("after", 7))}
    shown: dict[str, Any] = {"region": region, "week": week, "around": around, "spans": spans, "problem": problem}
    rows = [(post, first_line(post.text)) for post in posts]
    regions = [each for each in seen.regions if actor().may(Permission.WRITE, each)]
    return page("calendar/shifting/fill.html", status, scene=seen, rows=rows, regions=regions, **shown)


@bp.post("/calendar/shifts")
def shift() -> Response:
    """Move what was confirmed."""
    allow(Permission.WRITE)
    made = acting.shift(picking.picks(request.form.getlist("pick")), actor())
    here = url_for("calendar.shift_page", shift_id=made.id)
    if not made.moved:
        return go(here, {"text": _("Nothing was moved"), "tone": "warn"})
    text = ngettext("%(n)s post moved", "%(n)s posts moved", len(made.moved))
    return go(here, {"text": text, "undo": url_for("calendar.undo_shift", shift_id=made.id), "tone": "calm"})


def _own(shift_id: uuid.UUID) -> Shift:
    """This person's own, in this organization; 404 for everybody else's."""
    person = actor()
    own = (Shift.id == shift_id, Shift.person_id == person.id, Shift.organization_id == person.organization_id)
    found = session.scalars(sa.select(Shift).where(*own)).first()
    if found is None:
        raise NotFound
    return found


@bp.get("/calendar/shifts/<uuid:shift_id>")
def shift_page(shift_id: uuid.UUID) -> Response:
    """What came of it: what moved, and what stayed and why."""
    found = _own(shift_id)
    ids = [uuid.UUID(each["post"]) for each in (*found.moved, *found.left)]
    query = sa.select(Post).where(Post.id.in_(ids), *scope(Post, actor()), Post.deleted_at.is_(None))
    posts = {str(post.id): post for post in session.scalars(query).unique()}
    moved = [(posts.get(each["post"]), each) for each in found.moved]
    moved.sort(key=lambda one: one[1]["after"])
    left = [(posts.get(each["post"]), each["why"]) for each in found.left]
    shown: dict[str, Any] = {"moved": moved, "left": left, "why": acting.WHY, "line": first_line}
    return page("calendar/shifting/done.html", shift=found, look=lifecycle.look, **shown)


@bp.post("/calendar/shifts/<uuid:shift_id>/undo")
def undo_shift(shift_id: uuid.UUID) -> Response:
    """Take all of it back, as far as it goes."""
    found = _own(shift_id)
    back, stuck = acting.undo(found, actor())
    here = url_for("calendar.shift_page", shift_id=found.id)
    if not stuck:
        return go(here, {"text": _("All of them are back"), "tone": "calm"})
    text = ngettext("%(n)s post is back", "%(n)s posts are back", back)
    detail = ngettext(
        "%(n)s stays: it changed since, or its old time is over",
        "%(n)s stay: they changed since, or their old time is over",
        stuck,
    )
    return go(here, {"text": text, "detail": detail, "tone": "warn"})
