"""The switch that stops posting, and what it holds."""

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.channels import queries as channel_queries
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import NotFound
from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow, find
from webapp.i18n import _
from webapp.people import waiting
from webapp.people.models import Person, Region
from webapp.people.permissions import Actor, Permission

from . import facts, forms, pauses, queries, release, together
from .models import Delivery, Pause
from .shared_views import bp


def band(person: Actor) -> Iterable[dict[str, Any]]:
    """What runs across the top of every page while posting is paused somewhere the person sees."""
    for pause, region, handle, name in queries.active(person) if waiting.of(person, "pauses") else ():
        scope = handle or region.name
        hour, place = times.hour(pause.at, region.zone), times.place(region.zone)
        yield {
            "text": _("Posting paused: %(scope)s", scope=scope),
            "detail": _("%(hour)s %(place)s, by %(name)s", hour=hour, place=place, name=name),
            "url": url_for("publishing.paused", pause_id=pause.id),
        }


@bp.get("/pause")
def choose() -> Response:
    """What to stop, and why."""
    allow(Permission.PAUSE)
    return page("publishing/pause.html", **_choices())


def _choices(form: forms.PauseForm | None = None) -> dict[str, Any]:
    person = actor()
    regions = _regions(person)
    channels = [c for c in channel_queries.visible(person) if person.may(Permission.PAUSE, c)]
    counts = _counts(person, regions)
    regions.sort(key=lambda region: (region.parent_id is None, -counts[region.id]))
    scopes = [(f"region:{region.id}", region.name) for region in regions] + [("channel", _("One channel"))]
    asked = request.args.get("channel", "")
    if form is None:
        wanted = "channel" if asked else scopes[0][0]
        form = forms.pause_form(None, scopes, _named(channels), scope=wanted, channel=asked)
    return {
        "form": form,
        "regions": regions,
        "counts": counts,
        "channels": {r.id: sum(_under(c.region_id, r, person) for c in channels) for r in regions},
        "active": queries.active(person),
    }


def _regions(person: Actor) -> list[Region]:
    """The regions a person may pause, by their depth and name."""
    ids = person.regions(Permission.PAUSE)
    rows = session.scalars(sa.select(Region).where(Region.id.in_(ids)))
    return sorted(rows, key=lambda r: (r.path.count("/"), r.name.casefold()))


def _named(channels: list[Channel]) -> list[tuple[str, str]]:
    return [(str(c.id), f"{c.name}, {c.region.name}") for c in channels]


def _under(region_id: uuid.UUID, region: Region, person: Actor) -> bool:
    return person.tree[region_id].startswith(region.path)


def _counts(person: Actor, regions: list[Region]) -> dict[uuid.UUID, int]:
    """Posts of the next seven days in each region and below."""
    rows = pauses.ahead(person)
    return {r.id: len({post for _channel, path, post in rows if path.startswith(r.path)}) for r in regions}


@bp.post("/pause")
def begin() -> Response:
    """Stop it, at once."""
    allow(Permission.PAUSE)
    person = actor()
    regions = _regions(person)
    channels = [c for c in channel_queries.visible(person) if person.may(Permission.PAUSE, c)]
    scopes = [(f"region:{region.id}", region.name) for region in regions] + [("channel", _("One channel"))]
    form = forms.pause_form(request.form, scopes, _named(channels))
    sound = form.validate()
    if sound and form.scope.data == "channel" and not form.channel.data:
        form.fail({"channel": _("Choose the channel that stops.")})
        sound = False
    if not sound:
        return invalid("publishing/pause.html", **_choices(form))
    pause = pauses.pause(_scope(form), form.reason.data or "", person)
    facts.project_scope(pause)
    return go(url_for("publishing.paused", pause_id=pause.id), {"text": _("Posting is paused."), "tone": "calm"})


def _scope(form: forms.PauseForm) -> Region | Channel:
    if form.scope.data == "channel":
        return find(Channel, uuid.UUID(form.channel.data), may=Permission.PAUSE)
    return find(Region, uuid.UUID(form.scope.data.partition(":")[2]), may=Permission.PAUSE)


def find_pause(pause_id: uuid.UUID, may: Permission = Permission.VIEW) -> tuple[Pause, Region]:
    """The pause, if it lies over or in what the person sees; with `may`, only who holds that in its region."""
    person, pause = actor(), session.get(Pause, pause_id)
    if pause is None or pause.organization_id != person.organization_id:
        raise NotFound
    region = session.get_one(Region, pause.region_id)
    seen = [person.tree[region_id] for region_id in person.regions(Permission.VIEW)]
    if not any(mine.startswith(region.path) for mine in seen):
        raise NotFound
    if may is not Permission.VIEW:
        allow(may, pause)
    return pause, region


@bp.get("/pause/<uuid:pause_id>")
def paused(pause_id: uuid.UUID) -> Response:
    """What the pause holds, for one decision each."""
    pause, region = find_pause(pause_id)
    person = actor()
    visible = queries.held_by(pause).where(Delivery.region_id.in_(person.regions(Permission.VIEW)))
    found = paging.oldest_first(visible, Delivery.planned_at, Delivery.id)
    return page(
        "publishing/paused.html",
        pause=pause,
        region=region,
        channel=session.get(Channel, pause.channel_id) if pause.channel_id else None,
        by=session.get_one(Person, pause.person_id),
        found=found,
        reason=_(pauses.REASONS[pause.reason]) if pause.reason in pauses.REASONS else "",
        several=bool(pause.ended_at) and together.items(pause, person)[1] > 1,
        may_end=person.may(Permission.PAUSE, pause),
        may_release=lambda row: person.may(Permission.RELEASE, row),
    )


@bp.get("/pause/<uuid:pause_id>/end")
def ending(pause_id: uuid.UUID) -> Response:
    """Asks once."""
    pause, region = find_pause(pause_id, Permission.PAUSE)
    held = list(session.scalars(queries.held_by(pause)).unique())
    return page("publishing/ending.html", pause=pause, region=region, **_split(held))


def _split(held: list[Delivery]) -> dict[str, int]:
    return {
        "past": sum(row.state == "held" for row in held),
        "ahead": sum(row.state == "scheduled" for row in held),
    }


@bp.post("/pause/<uuid:pause_id>/end")
def end(pause_id: uuid.UUID) -> Response:
    """End it. What was held waits for a person; with `held=drop` all of that is dropped, with `together` the person
    goes on to decide about several at once."""
    pause, _region = find_pause(pause_id, Permission.PAUSE)
    person = actor()
    if request.form.get("held") == "drop":
        _drop_all(pause, person)
    pauses.end(pause, person)
    session.flush()
    facts.project_scope(pause)
    where = "publishing.together" if request.form.get("held") == "together" else "publishing.paused"
    return go(url_for(where, pause_id=pause.id), {"text": _("The pause is over."), "tone": "calm"})


def _drop_all(pause: Pause, person: Actor) -> None:
    held = [row for row in session.scalars(queries.held_by(pause)).unique() if row.state == "held"]
    for row in sorted(held, key=lambda row: (row.post_id, row.id)):
        if person.may(Permission.RELEASE, row):
            release.drop(row, person)
