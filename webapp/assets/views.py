"""Serving what was uploaded: under a random key, re-encoded by us, and never as a page.

Keys have 128 random bits and nobody can guess one; whoever was given one (a person, a reader of a feed) may see it.
"""

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.http.actor import public

from . import pictures, store

bp = Blueprint("media", __name__)


@bp.get("/media/<key>")
@public
def file(key: str) -> Response:
    """The bytes of a rendition, for ever the same: as AVIF for who says that they show it, where that is smaller."""
    try:
        path = store.path_of(key)
    except ValueError:
        raise NotFound from None
    if not path.is_file():
        raise NotFound
    if "image/avif" in request.headers.get("Accept", "") and store.lighter(path).is_file():
        path = store.lighter(path)
    response = send_file(path, mimetype=pictures.MIMES[path.suffix], etag=path.name)
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
