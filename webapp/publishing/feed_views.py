"""The public pages of a Site feed: Atom, an index, a permalink for each entry. No session, the same for all."""

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp import i18n, links, times
from webapp.channels.models import Channel
from webapp.errors import NotFound
from webapp.http.actor import public

from . import feeds
from .shared_views import bp

CACHE = "public, max-age=60, stale-while-revalidate=300"


def _find(slug: str) -> tuple[Channel, str]:
    found = feeds.channel_of(slug) if len(slug) <= 100 else None
    if found is None:
        raise NotFound
    channel = found[0]
    i18n.use(channel.region.language if channel.region.language in i18n.OFFERED else "en")
    return found


def _respond(mimetype: str, template: str, channel: Channel, organization: str, *more: object) -> Response:
    """The page, or 304 when the reader has it."""
    tag, changed = feeds.tag(channel, organization, mimetype, i18n.language(), *more)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        shown = feeds.entries(channel) if not more else [_entry(channel, str(more[0]))]
        body = render_template(
            template,
            channel=channel,
            organization=organization,
            entries=shown,
            entry=shown[0] if shown else None,
            changed=changed,
            home=links.url(f"/feeds/{channel.slug}"),
            atom=links.url(f"/feeds/{channel.slug}.atom"),
            iso=times.iso,
        )
        response = Response(body, mimetype=mimetype)
    response.set_etag(tag, weak=True)
    response.last_modified = changed
    response.headers["Cache-Control"] = CACHE
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _entry(channel: Channel, key: str) -> feeds.Entry:
    found = feeds.entry(channel, key)
    if found is None:
        raise NotFound
    return found


@bp.get("/feeds/<slug>.atom")
@public
def atom(slug: str) -> Response:
    """The feed."""
    channel, organization = _find(slug)
    return _respond("application/atom+xml", "feed/atom.xml", channel, organization)


@bp.get("/feeds/<slug>")
@public
def feed(slug: str) -> Response:
    """What was published, newest first."""
    channel, organization = _find(slug)
    return _respond("text/html", "feed/index.html", channel, organization)


@bp.get("/feeds/<slug>/<key>")
@public
def permalink(slug: str, key: str) -> Response:
    """One entry at its own address."""
    channel, organization = _find(slug)
    _entry(channel, key)
    response = _respond("text/html", "feed/entry.html", channel, organization, key)
    response.headers["Link"] = f'<{links.url("/webmention")}>; rel="webmention"'
    return response
