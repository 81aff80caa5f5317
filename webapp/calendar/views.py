"""The calendar's pages: agenda, a week of all regions, a month, and the page where it is narrowed."""

from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from webapp.http import fresh, paging
from webapp.http.actor import actor
from webapp.http.answer import page
from webapp.http.pwa import kept
from webapp.people.permissions import Permission
from webapp.posts import lists, narrowed
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.lifecycle import STATES
from webapp.posts.models import Post
from webapp.posts.queries import GROUPS

from . import agenda, clocks, grid, heat, load, scene, spans, special, wanted
from .feeds import views as feed_views
from .gaps import target_views
from .gaps import views as gap_views
from .importing import views as import_views
from .moving import elsewhere_views
from .moving import views as moving_views
from .plans import answering
from .plans import views as plan_views
from .printing import views as print_views
from .scene import Scene
from .series import rule_views
from .series import views as series_views
from .shared_views import bp
from .shifting import views as shift_views
from .slots import views as slot_views
from .tiles import Tiles

__all__ = [
    "bp",
    "elsewhere_views",
    "feed_views",
    "gap_views",
    "import_views",
    "moving_views",
    "plan_views",
    "print_views",
    "rule_views",
    "series_views",
    "shift_views",
    "slot_views",
    "target_views",
]

VIEWS = ("calendar.show", "calendar.regions", "calendar.month", "calendar.narrow", "calendar.print_page")


def _scene() -> tuple[str, Scene]:
    """The ETag of this page, and what it stands on; 304 when the browser has it."""
    tag = fresh.not_modified("calendar")
    return tag, scene.of(actor(), wanted.read(request.args))


def _page(template: str, tag: str, seen: Scene, **more: Any) -> Response:
    response = page(
        template,
        scene=seen,
        spans=spans,
        clocks=clocks,
        narrowed_to=narrowed.of(seen.wanted.filters, seen.actor, ("region",)),
        args=seen.wanted.args,
        may_write=actor().may(Permission.WRITE, seen.chosen) if seen.chosen else actor().may(Permission.WRITE),
        **more,
    )
    response.set_etag(tag, weak=True)
    return response


def _around(day: date, days: int) -> dict[str, str]:
    """The days an arrow leads to."""
    before, after = spans.fit(day - timedelta(days=days)), spans.fit(day + timedelta(days=days))
    return {"before": before.isoformat(), "after": after.isoformat()}


@bp.get("/calendar")
@kept
def show() -> Response:
    """The agenda, with the week as a strip above it."""
    tag, seen = _scene()
    strip = seen.week.of(seen.day)
    found = paging.rows(agenda.query(seen), Post.slot_at, Post.id, agenda.SIZE)
    every = sorted({*strip, *agenda.days(seen)})
    specials = special.of(seen.shown, every) if seen.shown else {}
    target = agenda.target_of(seen)
    begun = paging.cursor() is not None
    days = agenda.of(seen, found.rows, specials, target, whole=not (found.after or begun))
    return _page(
        "calendar/agenda.html",
        tag,
        seen,
        strip=strip,
        loads=load.loads(seen.groups(strip), strip, seen.wanted.filters) if seen.shown else {},
        specials=specials,
        target=target,
        days=days,
        after=found.after,
        now_zone=agenda.now_zone(seen),
        doubtful=answering.count(actor()),
        around=_around(seen.day, 7),
    )


@bp.get("/calendar/regions")
@kept
def regions() -> Response:
    """A week of every region."""
    tag, seen = _scene()
    days, rows = grid.of(seen)
    around = _around(seen.day, 7)
    return _page("calendar/regions.html", tag, seen, days=days, rows=rows, states=STATES, Tiles=Tiles, around=around)


@bp.get("/calendar/month")
@kept
def month() -> Response:
    """How full each day of a month is."""
    tag, seen = _scene()
    around = {"before": spans.last_month(seen.day), "after": spans.next_month(seen.day)}
    months = {name: spans.fit(day).strftime("%Y-%m") for name, day in around.items()}
    return _page("calendar/month.html", tag, seen, weeks=heat.of(seen), around=months)


@bp.get("/calendar/filters")
@kept
def narrow() -> Response:
    """Where the calendar is narrowed: what is chosen goes into the address."""
    person = actor()
    seen = scene.of(person, wanted.read(request.args))
    to = request.args.get("to", "")
    return page(
        "calendar/filters.html",
        scene=seen,
        wanted=seen.wanted.filters,
        to=to if to in VIEWS else VIEWS[0],
        groups=GROUPS,
        channels=lists.channels(person),
        people=lists.people(person),
        labels=catalog.offered(Label, person.organization_id),
        campaigns=catalog.offered(Campaign, person.organization_id),
    )
