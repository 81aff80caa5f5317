"""What we answered under a Site feed, as the world reads it: a page of its own. No session, the same for all."""

import uuid

import sqlalchemy as sa
from flask import render_template
from werkzeug.wrappers import Response

from webapp import i18n, links, outbound
from webapp.db import session
from webapp.errors import NotFound
from webapp.http.actor import public
from webapp.inbox.models import Message
from webapp.inbox.shared_views import bp
from webapp.publishing import feeds

from .models import Reply
from .states import State

SHOWN = (State.SENDING, State.UNKNOWN, State.SENT)


@bp.get("/feeds/<slug>/answers/<key>")
@public
def answer_page(slug: str, key: str) -> Response:
    """One answer at its own address."""
    found = feeds.channel_of(slug) if len(slug) <= 100 else None
    row = _answer(found[0].id, key) if found else None
    if found is None or row is None:
        raise NotFound
    channel, organization = found
    i18n.use(channel.region.language if channel.region.language in i18n.OFFERED else "en")
    body = render_template(
        "feed/answer.html",
        channel=channel,
        organization=organization,
        row=row,
        paragraphs=feeds.paragraphs(row.text),
        target=outbound.safe_link(str(row.message.url or "")),
        home=links.url(f"/feeds/{channel.slug}"),
        atom=links.url(f"/feeds/{channel.slug}.atom"),
    )
    response = Response(body, mimetype="text/html")
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _answer(channel_id: uuid.UUID, key: str) -> Reply | None:
    """A reply that is public: on its way or there, and not deleted since."""
    try:
        reply_id = uuid.UUID(key)
    except ValueError:
        return None
    states = [state.value for state in SHOWN]
    where = (Reply.id == reply_id, Reply.channel_id == channel_id, Reply.kind == "reply", Reply.state.in_(states))
    gone = sa.exists().where(
        Message.channel_id == channel_id, Message.remote_id == f"answer:{reply_id}", Message.deleted_at.is_not(None)
    )
    return session.scalars(sa.select(Reply).where(*where, ~gone)).unique().first()
