"""Reply times and blocked words of each region, for whoever sets it up."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import Forbidden
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.inbox.rules.keeping import of_region
from webapp.inbox.shared_views import bp
from webapp.people.models import Region
from webapp.people.permissions import Permission, scope

from . import keeping
from .forms import InboxForm, own

MOST = 500


@bp.get("/inbox/settings")
def settings() -> Response:
    """The regions this person may set up."""
    if not actor().may(Permission.SETTINGS):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    query = sa.select(Region).where(*scope(Region, actor(), Permission.SETTINGS)).order_by(Region.path).limit(MOST)
    return page("inbox/settings.html", regions=session.scalars(query).all())


def _channels(region: Region) -> list[tuple[uuid.UUID, str]]:
    query = sa.select(Channel.id, Channel.handle).where(Channel.region_id == region.id, Channel.removed_at.is_(None))
    return [(row.id, row.handle) for row in session.execute(query.order_by(Channel.handle, Channel.id).limit(MOST))]


@bp.get("/inbox/settings/<uuid:region_id>")
def region_settings(region_id: uuid.UUID) -> Response:
    """How soon a region answers, and its blocked words."""
    region = find(Region, region_id, Permission.SETTINGS)
    known = keeping.targets(region)
    channels = _channels(region)
    set_ = {f"channel-{channel_id}": known.get(channel_id) for channel_id, _name in channels}
    form = own(channels)(minutes=known.get(None), words=keeping.words(region), **set_)
    return page("inbox/region.html", **_context(region, form, channels))


def _context(region: Region, form: InboxForm, channels: list[tuple[uuid.UUID, str]]) -> dict[str, Any]:
    on = sum(rule.on_at is not None for rule in of_region(region))
    return {"region": region, "form": form, "channels": channels, "usual": keeping.usual(region), "rules": on}


@bp.post("/inbox/settings/<uuid:region_id>")
def save_region_settings(region_id: uuid.UUID) -> Response:
    """Keep them."""
    region = find(Region, region_id, Permission.SETTINGS)
    channels = _channels(region)
    form = own(channels)(request.form)
    if not form.validate():
        return invalid("inbox/region.html", **_context(region, form, channels))
    wanted: dict[uuid.UUID | None, int | None] = {None: form.minutes.data}
    wanted |= {channel_id: form[f"channel-{channel_id}"].data for channel_id, _name in channels}
    keeping.set_targets(region, wanted, actor())
    keeping.set_words(region, form.words.data or "", actor())
    return go(url_for("inbox.settings"), {"text": _("Saved"), "tone": "calm"})
