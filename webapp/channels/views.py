"""Channels: the list, one channel, connecting a network. The consent's journey is in `consent_views.py`."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.networks import NETWORKS, network
from webapp.people import reach
from webapp.people.models import Region
from webapp.people.permissions import Permission

from . import (
    client_views,
    connect,
    connect_views,
    consent_views,
    finding,
    forms,
    health,
    queries,
    removal,
    sweep,
    usage,
)
from .models import Channel
from .shared_views import bp, find_channel, owners


@bp.get("/channels")
@kept
def index() -> Response:
    """The channels the person sees, by region, a page at a time; those in trouble first. Filters are in the address."""
    person, wanted = actor(), finding.filters(request.args)
    found = paging.alphabetical(finding.listed(person, wanted), finding.ORDER, Channel.id)
    first_page = "after" not in request.args and not wanted.health
    counts = finding.counts(person, wanted)
    broken = finding.in_trouble(person, wanted) if first_page and counts["reconnect"] else []
    shown = list({c.id: c for c in (*broken, *found.rows)}.values())
    used = usage.of(shown)
    return page(
        "channels/index.html",
        wanted=wanted,
        counts=counts,
        broken=broken,
        groups=_by_region(found.rows),
        after=found.after,
        used=used,
        health={c.id: health.status(c, used[c.id].paused, used[c.id].inbox) for c in shown},
        regions=queries.regions(person, Permission.VIEW),
        in_use=finding.networks_in_use(person),
        networks=NETWORKS,
    )


def _by_region(channels: Any) -> list[tuple[Region, list[Channel]]]:
    groups: dict[uuid.UUID, tuple[Region, list[Channel]]] = {}
    for channel in channels:
        groups.setdefault(channel.region_id, (channel.region, []))[1].append(channel)
    return list(groups.values())


@bp.get("/channels/<uuid:channel_id>")
def show(channel_id: uuid.UUID) -> Response:
    """One channel: how it is, who owns it, what can be done."""
    return _show(find_channel(channel_id))


def _show(channel: Channel, form: Any = None, status: int = 200) -> Response:
    used = usage.of([channel])[channel.id]
    form = form or forms.rename_form(
        None,
        owners(channel.region_id),
        name=channel.name,
        owner=str(channel.owner_id or ""),
        pace_posts=channel.pace_posts,
        pace_hours=channel.pace_hours,
    )
    return page(
        "channels/show.html",
        status=status,
        channel=channel,
        network=network(channel.network),
        health=health.status(channel, used.paused, used.inbox),
        used=used,
        arrival=usage.arrival(channel),
        form=form,
        may=actor().may(Permission.CHANNELS, channel),
        owner=reach.names([channel.owner_id]).get(channel.owner_id, "") if channel.owner_id else "",
    )


@bp.post("/channels/<uuid:channel_id>")
def change(channel_id: uuid.UUID) -> Response:
    """Rename it, give it to another owner, say how much is too much."""
    channel = find_channel(channel_id, Permission.CHANNELS)
    form = forms.rename_form(request.form, owners(channel.region_id))
    if not form.validate():
        return _show(channel, form, 422)
    connect.rename(channel, form.name.data, actor())
    connect.give(channel, uuid.UUID(form.owner.data), actor())
    connect.pace(channel, form.pace_posts.data, form.pace_hours.data, actor())
    return go(url_for("channels.show", channel_id=channel.id), {"text": _("Saved")})


@bp.post("/channels/<uuid:channel_id>/check")
def check(channel_id: uuid.UUID) -> Response:
    """Ask the network now whether the channel works."""
    channel = find_channel(channel_id, Permission.CHANNELS)
    well = sweep.check(channel)
    words = _("%(handle)s answers. All is well.", handle=channel.handle)
    if not well:
        words = _("%(handle)s must be reconnected.", handle=channel.handle)
    return go(url_for("channels.show", channel_id=channel.id), {"text": words, "tone": "" if well else "bad"})


@bp.get("/channels/<uuid:channel_id>/removal")
def removal_form(channel_id: uuid.UUID) -> Response:
    """Asks once, and says what happens to what waits."""
    channel = find_channel(channel_id, Permission.CHANNELS)
    return _removal(channel, forms.remove_form(None, _successors(channel)))


def _removal(channel: Channel, form: Any, status: int = 200) -> Response:
    used = usage.of([channel])[channel.id]
    return page(
        "channels/removal.html", status, channel=channel, network=network(channel.network), used=used, form=form
    )


def _successors(channel: Channel) -> list[tuple[str, str]]:
    return [
        (str(c.id), _("Move to %(name)s (%(network)s)", name=c.name, network=connect.label(c.network)))
        for c in queries.successors(channel)
    ]


@bp.post("/channels/<uuid:channel_id>/removal")
def remove(channel_id: uuid.UUID) -> Response:
    """Take the channel away and hand over what waits."""
    channel = find_channel(channel_id, Permission.CHANNELS)
    form = forms.remove_form(request.form, _successors(channel))
    if not form.validate():
        return _removal(channel, form, 422)
    to = find_channel(uuid.UUID(form.to.data)) if form.to.data else None
    connect_views.revoke(channel)
    removal.remove(channel, to, actor())
    return go(url_for("channels.index"), {"text": _("%(handle)s was removed", handle=channel.handle)})


PARTS = (client_views, connect_views, consent_views)
"""The modules that add their pages to the same blueprint."""
