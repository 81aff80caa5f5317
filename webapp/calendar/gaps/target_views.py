"""What regions and channels want, against their week: to look at, and to change."""

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from webapp.channels.models import Channel
from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _, locale
from webapp.people import regions as offices
from webapp.people.models import Region
from webapp.people.permissions import Permission

from .. import spans
from ..models import Target, Wishes
from ..shared_views import bp
from . import keeping, nearest, own
from .forms import TargetForm


@bp.get("/calendar/targets")
@kept
def targets_page() -> Response:
    """Too much, too little: the week of every region against what it wants, and of channels that want their own."""
    regions, week = offices.tree(actor()), spans.week_in("", locale())
    may = {region.id for region in own.writable(regions, actor())}
    rows, channels = keeping.of(regions, week), keeping.on_channels(actor(), week)
    return page("calendar/targets.html", rows=rows, channels=channels, may=may)


def _shown(name: str, to: str, form: TargetForm, holds: Wishes | None, above: str) -> dict[str, Any]:
    """`holds`: what counts while nothing is typed here, and `above`: whose it is."""
    return {"name": name, "to": to, "form": form, "holds": holds, "above": above}


def _of_region(region: Region, form: TargetForm) -> dict[str, Any]:
    holds = nearest.of_region(region)
    inherited = holds if holds is not None and holds.region_id != region.id else None
    to = url_for("calendar.change_target", region_id=region.id)
    return _shown(region.name, to, form, inherited, inherited.region.name if inherited else "")


@bp.get("/calendar/targets/<uuid:region_id>")
@kept
def target_page(region_id: uuid.UUID) -> Response:
    """What a region wants, to change."""
    region = find(Region, region_id, Permission.WRITE)
    return page("calendar/target.html", **_of_region(region, TargetForm(obj=keeping.own(region))))


@bp.post("/calendar/targets/<uuid:region_id>")
def change_target(region_id: uuid.UUID) -> Response:
    """It wants this from now on."""
    region = find(Region, region_id, Permission.WRITE)
    form = TargetForm.posted()
    if not form.validate():
        return invalid("calendar/target.html", **_of_region(region, form))
    keeping.change(region, form.data, actor())
    return go(url_for("calendar.targets_page"), {"text": _("Saved"), "tone": "calm"})


def _channel(channel_id: uuid.UUID) -> Channel:
    found = find(Channel, channel_id, Permission.WRITE)
    if found.removed_at is not None:
        raise NotFound
    return found


def _of_channel(channel: Channel, form: TargetForm) -> dict[str, Any]:
    holds: Target | None = None
    if nearest.of_channel(channel.id) is None:
        holds = nearest.of_region(channel.region)
    to = url_for("calendar.change_channel_target", channel_id=channel.id)
    return _shown(channel.handle, to, form, holds, holds.region.name if holds else "")


@bp.get("/channels/<uuid:channel_id>/targets")
@kept
def channel_target_page(channel_id: uuid.UUID) -> Response:
    """What is wanted on a channel, to change."""
    channel = _channel(channel_id)
    return page("calendar/target.html", **_of_channel(channel, TargetForm(obj=nearest.of_channel(channel.id))))


@bp.post("/channels/<uuid:channel_id>/targets")
def change_channel_target(channel_id: uuid.UUID) -> Response:
    """This is wanted from now on."""
    channel = _channel(channel_id)
    form = TargetForm.posted()
    if not form.validate():
        return invalid("calendar/target.html", **_of_channel(channel, form))
    keeping.change_on(channel, form.data, actor())
    return go(url_for("calendar.targets_page"), {"text": _("Saved"), "tone": "calm"})
