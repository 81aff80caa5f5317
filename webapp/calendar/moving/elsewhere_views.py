"""A post for another region: which region, then at which of the times that make sense there."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people import regions as offices
from webapp.people.models import Region
from webapp.people.permissions import Permission
from webapp.posts import checks, desk
from webapp.posts.adapting import hours, making
from webapp.posts.adapting.hours import Suggested
from webapp.posts.edit_views import LOADED
from webapp.posts.models import Post

from ..shared_views import bp
from . import moving
from .forms import instant


@dataclass(frozen=True)
class Choice:
    """One time there. `why`: which of the three it is, and what the clocks do."""

    planned: times.Planned
    why: str


def _post(post_id: uuid.UUID) -> Post:
    return find(Post, post_id, Permission.VIEW, *LOADED)


def _regions(post: Post) -> list[Region]:
    """Other regions in which this person writes. Those below a post that can be handed on are asked to adapt it."""
    person, path = actor(), post.region.path
    tied = post.adapted_from_id is None
    return [
        region
        for region in offices.tree(person)
        if region.id != post.region_id
        and person.may(Permission.WRITE, region)
        and not (tied and person.may(Permission.WRITE, post) and region.path.startswith(path))
    ]


def _chosen(offered: list[Region], raw: str) -> Region | None:
    return next((region for region in offered if str(region.id) == raw), None)


def choices(found: list[Suggested], now: datetime) -> list[Choice]:
    """Every time that can be taken: what a clock change leaves, each instant on its own line, and nothing twice."""
    listed: dict[datetime, Choice] = {}
    for each in found:
        for planned in [each.planned] if each.planned else each.left:
            if planned.at > now + checks.NEAR:
                why = each.label if each.planned else f"{each.label}. {each.problem}"
                before = listed.get(planned.at)
                listed[planned.at] = Choice(planned, f"{before.why}, {why}" if before else why)
    return list(listed.values())


def _context(post: Post) -> dict[str, Any]:
    offered = _regions(post)
    chosen = _chosen(offered, request.values.get("region", ""))
    found = hours.all_of(post, chosen) if chosen else []
    return {
        "post": post,
        "slot": desk.slot(post, actor()),
        "regions": offered,
        "chosen": chosen,
        "choices": choices(found, times.now()),
        "problems": [each for each in found if not each.planned and not each.left and each.problem],
        "goes": making.channels(post, chosen) if chosen else [],
        "below": _below(post, offered),
    }


def _below(post: Post, offered: list[Region]) -> bool:
    """Whether there are regions that are asked to adapt it instead."""
    person = actor()
    others = [r for r, path in person.tree.items() if r != post.region_id and path.startswith(post.region.path)]
    return person.may(Permission.WRITE, post) and bool(set(others) - {region.id for region in offered})


@bp.get("/posts/<uuid:post_id>/elsewhere")
@kept
def elsewhere_page(post_id: uuid.UUID) -> Response:
    """Where to, and when there?"""
    return page("calendar/elsewhere.html", **_context(_post(post_id)))


@bp.post("/posts/<uuid:post_id>/elsewhere")
def adapt_elsewhere(post_id: uuid.UUID) -> Response:
    """A draft of its own there, at that time; or with none, to be given one in the composer."""
    post = _post(post_id)
    region = _chosen(_regions(post), request.form.get("region", ""))
    if region is None:
        raise NotFound
    when = _when(request.form.get("at", ""), region)
    made = making.beside(post, region, when, actor())
    text, place = _("Copied for %(region)s", region=region.name), times.place(region.zone)
    if when.planned:
        at = when.planned.at
        words = {"day": times.day(at, region.zone), "hour": times.hour(at, region.zone), "place": place}
        detail = _("%(day)s, %(hour)s %(place)s", **words)
    else:
        detail = _("It has no time yet.")
    return go(url_for("posts.edit", post_id=made.id), {"text": text, "detail": detail, "tone": "calm"})


def _when(raw: str, region: Region) -> Suggested:
    if not raw:
        return Suggested(hours.WALL, None)
    planned = times.planned_from(instant(raw), region.zone)
    try:
        moving.ahead(planned)
    except Invalid as error:
        raise Invalid(next(iter(error.fields.values()))) from None
    return Suggested(hours.INSTANT, planned, planned.wall.isoformat(timespec="minutes"))
