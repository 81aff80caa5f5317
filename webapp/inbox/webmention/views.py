"""The door for webmentions: anybody may knock, nothing is believed, everything is looked at later."""

from flask import request
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.http.actor import public
from webapp.http.limits import limiter
from webapp.inbox.shared_views import bp

from . import receiving


@bp.post("/webmention")
@public
@limiter.limit("30/minute")
def webmention() -> Response:
    """`source` says that it links to `target`. What cannot be is 400, as the protocol says."""
    try:
        receiving.take(request.form.get("source", ""), request.form.get("target", ""))
    except Invalid as why:
        return Response(" ".join(why.fields.values()) + "\n", 400, mimetype="text/plain")
    return Response("Accepted: it will be looked at.\n", 202, mimetype="text/plain")


webmention.from_elsewhere = True  # type: ignore[attr-defined]
