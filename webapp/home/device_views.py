"""Pages of the device itself: what is shown without network, and how Nod gets onto a home screen."""

from flask import request
from werkzeug.wrappers import Response

from webapp import times
from webapp.http import shell
from webapp.http.actor import actor, public
from webapp.http.answer import is_htmx, page
from webapp.i18n import _

from . import install
from .shared_views import bp


@bp.get("/offline")
@public
def offline() -> Response:
    """The page shown without network: a shell that scripts fill from what the device keeps."""
    tabs = [shell.ShownTab(t.key, _(t.label), t.icon, t.url, 0, False) for t in shell.TABS]
    return page("home/offline.html", tabs=tabs, bands=[])


@bp.get("/install")
def install_page() -> Response:
    """How to get Nod onto this device's home screen and its news onto the lock screen."""
    return _install()


def _install(code: str = "", wait: bool = False) -> Response:
    guess = install.platform(request.headers.get("User-Agent", ""))
    return page("home/install.html", platform=guess, code=code, wait=wait, now=times.now())


@bp.post("/install/code")
def install_code() -> Response:
    """A code to sign in with in the app just installed. Shown in the answer itself: it belongs in no address."""
    code = install.code(actor())
    shown, wait = code or "", code is None
    response = page("home/_code.html", code=shown, wait=wait) if is_htmx() else _install(shown, wait)
    response.headers["Cache-Control"] = "no-store"
    return response
