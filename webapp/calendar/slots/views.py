"""The page of a channel's slots."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.channels.models import Channel
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _, locale, ngettext
from webapp.people.permissions import Permission

from .. import basis, spans
from ..shared_views import bp
from . import free, keeping
from .forms import SlotForm


def _channel(channel_id: uuid.UUID, may: Permission = Permission.VIEW) -> Channel:
    found = find(Channel, channel_id, may)
    if found.removed_at is not None:
        raise NotFound
    return found


def _context(channel: Channel, form: SlotForm) -> dict[str, Any]:
    slots, zone = keeping.of([channel.id]), basis.known(channel.region.zone)
    week = spans.week_in(channel.region.country, locale())
    order = [(week.first + n) % 7 for n in range(7)]
    days = [(spans.weekday_name(n), [slot for slot in slots if slot.weekday == n + 1]) for n in order]
    return {
        "channel": channel,
        "form": form,
        "days": [(name, found) for name, found in days if found],
        "free": free.next_free(channel.region, zone, [channel.id], slots)[:3] if slots else [],
        "zone": zone,
        "may": actor().may(Permission.WRITE, channel),
    }


def _form(channel: Channel, data: Any = None) -> SlotForm:
    return SlotForm.offering(spans.week_in(channel.region.country, locale()), data)


@bp.get("/channels/<uuid:channel_id>/slots")
@kept
def slots_page(channel_id: uuid.UUID) -> Response:
    """The slots by weekday, and which are free next."""
    channel = _channel(channel_id)
    return page("calendar/slots.html", **_context(channel, _form(channel)))


@bp.post("/channels/<uuid:channel_id>/slots")
def add_slots(channel_id: uuid.UUID) -> Response:
    """The same time on each of the chosen days."""
    channel = _channel(channel_id, Permission.WRITE)
    form = _form(channel, request.form)
    if not form.validate():
        return invalid("calendar/slots.html", **_context(channel, form))
    try:
        n = keeping.add(channel, form.days, (form.wall.data or "").strip()[:5], form.name.data or "", actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("calendar/slots.html", **_context(channel, form))
    text = ngettext("%(n)s slot added", "%(n)s slots added", n)
    return go(url_for("calendar.slots_page", channel_id=channel.id), {"text": text, "tone": "calm"})


@bp.post("/channels/<uuid:channel_id>/slots/removal")
def remove_slot(channel_id: uuid.UUID) -> Response:
    """Take one away."""
    channel = _channel(channel_id, Permission.WRITE)
    weekday, wall = request.form.get("weekday", ""), request.form.get("wall", "")
    if weekday in set("1234567") and keeping.is_wall(wall):
        keeping.remove(channel, int(weekday), wall, actor())
    return go(url_for("calendar.slots_page", channel_id=channel.id), {"text": _("Removed"), "tone": "calm"})
