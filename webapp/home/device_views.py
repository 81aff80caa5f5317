"""Pages of the device itself: what is shown without network, and how Nod gets onto a home screen."""

from werkzeug.wrappers import Response

from webapp.http import shell
from webapp.http.actor import public
from webapp.http.answer import page
from webapp.i18n import _

from .blueprint import bp


@bp.get("/offline")
@public
def offline() -> Response:
    """The page shown without network: a shell that scripts fill from what the device keeps."""
    tabs = [shell.ShownTab(t.key, _(t.label), t.icon, t.url, 0, False) for t in shell.TABS]
    return page("home/offline.html", tabs=tabs, bands=[])
