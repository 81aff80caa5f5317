"""What networks read about us before they send a person back: documents without secrets, for everybody."""

from flask import jsonify, url_for
from werkzeug.wrappers import Response

from webapp import links
from webapp.errors import NotFound
from webapp.http.actor import public
from webapp.networks import DOCUMENTS

from .shared_views import bp


@bp.get("/oauth/<name>")
@public
def document(name: str) -> Response:
    """Who Nod is as a client, and the keys it signs with."""
    made = DOCUMENTS.get(f"/oauth/{name}")
    if made is None:
        raise NotFound
    response = jsonify(made(links.url(""), links.url(url_for("channels.callback"))))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
