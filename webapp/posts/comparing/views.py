"""The page that compares two versions."""

import uuid

from flask import request
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import page
from webapp.http.find import find
from webapp.http.pwa import kept

from .. import readings
from ..models import Post
from ..shared_views import bp
from . import pair


@bp.get("/posts/<uuid:post_id>/compare")
@kept
def compare(post_id: uuid.UUID) -> Response:
    """Two versions, words and pictures beside each other; without numbers, since this person last saw it."""
    post = find(Post, post_id)
    asked = request.args.get("from", ""), request.args.get("to", "")
    found = pair.numbers(post, asked, readings.last_read(actor().id, post.id))
    if found is None:
        raise NotFound
    return page("posts/compare.html", **pair.of(post, *found))
