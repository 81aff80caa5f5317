"""Serving our copies of strangers' pictures to those who may see the conversation."""

import uuid
from pathlib import Path

import sqlalchemy as sa
from flask import send_file
from werkzeug.wrappers import Response

from webapp import db
from webapp.db import session
from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.find import find
from webapp.http.limits import limiter
from webapp.inbox.models import Author, Conversation, Message
from webapp.inbox.shared_views import bp
from webapp.people.permissions import scope

from . import proxy

OFTEN = "240/minute"


@bp.get("/inbox/authors/<uuid:author_id>/picture")
@limiter.limit(OFTEN)
def avatar(author_id: uuid.UUID) -> Response:
    """The face of somebody who wrote where the person may look; 404 when there is none."""
    seen = (Conversation.author_id == author_id, *scope(Conversation, actor()))
    wrote = (Message.author_id == author_id, *scope(Message, actor()))
    may = sa.or_(sa.exists().where(*seen), sa.exists().where(*wrote))
    query = sa.select(Author.avatar_url).where(Author.id == author_id, Author.erased_at.is_(None), may)
    return _serve(session.scalar(query) or "", "thumb")


@bp.get("/inbox/messages/<uuid:message_id>/pictures/<int(max=19):number>")
@limiter.limit(OFTEN)
def attachment(message_id: uuid.UUID, number: int) -> Response:
    """A picture that hangs on a message."""
    hung = find(Message, message_id).attachments
    if number >= len(hung) or hung[number].get("kind") != "image":
        raise NotFound
    return _serve(str(hung[number].get("url") or ""), "card")


def _serve(url: str, kind: str) -> Response:
    db.release()
    copy = proxy.copy_of(url, kind) if url else None
    if copy is None:
        raise NotFound
    return _sent(copy)


def _sent(copy: Path) -> Response:
    response = send_file(copy, mimetype="image/webp", max_age=86_400)
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
