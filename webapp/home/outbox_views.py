"""The outbox: what this device still has to send. A shell without anything of anybody's; a script fills it."""

from werkzeug.wrappers import Response

from webapp.http.answer import page
from webapp.http.pwa import kept

from .shared_views import bp


@bp.get("/outbox")
@kept
def outbox() -> Response:
    """Conflicts first, then what waits, then what was sent today."""
    return page("home/outbox.html")
