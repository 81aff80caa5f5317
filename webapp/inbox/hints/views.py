"""The door for hints of servers: an address that nobody guesses, a signature, a few bytes, and never an answer."""

from flask import request
from werkzeug.wrappers import Response

from webapp.http.actor import public
from webapp.http.limits import limiter
from webapp.inbox.shared_views import bp

from . import hearing, reading


@bp.post("/hints/<token>")
@public
@limiter.limit("240/minute")
def hint(token: str) -> Response:
    """Something may be new. 201 as a push service answers (RFC 8030); what is not the server's word is 401."""
    if not request.content_length or request.content_length > reading.MOST:
        return Response("Too large, or nothing.\n", 413, mimetype="text/plain")
    try:
        hearing.heard(token[:100], request.headers.get("Authorization", ""), request.get_data())
    except reading.Refused:
        return Response("This is not signed for here, or cannot be read.\n", 401, mimetype="text/plain")
    return Response("", 201, mimetype="text/plain")


hint.from_elsewhere = True  # type: ignore[attr-defined]
