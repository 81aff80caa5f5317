"""The page of a person's feeds, and the public addresses that calendar apps read."""

import hashlib
import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import events as trail
from webapp import i18n, links, times
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor, public
from webapp.http.answer import go, invalid, page
from webapp.i18n import _
from webapp.people import regions as offices
from webapp.people.models import Region
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign

from ..models import CalendarFeed
from ..shared_views import bp
from . import events, keeping
from .forms import FeedForm


def _context(form: FeedForm) -> dict[str, Any]:
    names = {str(value): label for value, label in form.what.pairs.items()}
    feeds = [(feed, names.get(_what(feed), ""), keeping.path(feed)) for feed in keeping.of(actor())]
    return {"form": form, "rows": [(feed, name, path and links.url(path)) for feed, name, path in feeds]}


def _what(feed: CalendarFeed) -> str:
    return str(feed.region_id or feed.campaign_id or "")


def _form(data: Any = None) -> tuple[FeedForm, dict[str, Region], dict[str, Campaign]]:
    regions = {str(row.id): row for row in offices.tree(actor())}
    campaigns = {str(row.id): row for row in catalog.offered(Campaign, actor().organization_id)}
    return FeedForm.offering(regions, campaigns, data), regions, campaigns


@bp.get("/calendar/feeds")
def feeds_page() -> Response:
    """The addresses of this person."""
    response = page("calendar/feeds.html", **_context(_form()[0]))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/calendar/feeds")
def make_feed() -> Response:
    """One more."""
    form, regions, campaigns = _form(request.form)
    if not form.validate():
        return invalid("calendar/feeds.html", **_context(form))
    chosen = form.what.data or ""
    try:
        keeping.make(actor(), regions.get(chosen), campaigns.get(chosen))
    except Invalid as error:
        form.fail(error.fields)
        return invalid("calendar/feeds.html", **_context(form))
    text, detail = _("The address is ready"), _("Whoever has it reads the calendar. Keep it to yourself.")
    return go(url_for("calendar.feeds_page"), {"text": text, "detail": detail, "tone": "calm"})


@bp.post("/calendar/feeds/<uuid:feed_id>/removal")
def revoke_feed(feed_id: uuid.UUID) -> Response:
    """The address answers nothing from now on."""
    feed = keeping.find(actor(), feed_id)
    if feed is None:
        raise NotFound
    keeping.revoke(feed, actor())
    return go(url_for("calendar.feeds_page"), {"text": _("Revoked. It answers nothing from now on"), "tone": "calm"})


@bp.get("/calendars/<token>.ics")
@public
def calendar_file(token: str) -> Response:
    """What the person of the address may see, as their calendar app reads it; 304 while nothing changed."""
    opened = keeping.opened(token)
    if opened is None:
        raise NotFound
    person = opened.actor
    i18n.use(person.language if person.language in i18n.OFFERED else "en")
    version = (trail.committed(person.organization_id), opened.feed.id, i18n.language(), times.now().date())
    tag = hashlib.sha256(repr(version).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(events.calendar(opened), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="nod.ics"'
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
