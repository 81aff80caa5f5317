"""Requests that change something must come from our own pages.

The browser says so in Sec-Fetch-Site or Origin. On top, a signed-in request carries the `X-Nod` header (fetch and
htmx) or the session's token (plain forms; constant for the session, so that pages can be cached).
"""

import hmac

from flask import current_app, request

from webapp.errors import Forbidden
from webapp.i18n import _

from .actor import SignInNeeded, actor_or_none
from .app import SAFE


def check() -> None:
    """Refuse a request from elsewhere with 403."""
    if request.method in SAFE or getattr(_view(), "from_elsewhere", False):
        return
    if not _same_site():
        raise Forbidden(_("This request came from another site and was not carried out."))
    person = actor_or_none()
    if person is not None and request.headers.get("X-Nod-For", person.owner) != person.owner:
        raise SignInNeeded  # Queued by somebody else, or in another organization: it waits for them.
    if person is None or request.headers.get("X-Nod") == "1":
        return
    if not hmac.compare_digest(request.form.get("_token", "").encode(), person.csrf.encode()):
        raise Forbidden(_("This page is from an earlier sign-in. Reload it and try again."))


def _view() -> object:
    return current_app.view_functions.get(request.endpoint or "")


def _same_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        return False
    if site is not None:
        return site == "same-origin" or (site == "none" and origin is None)
    return origin is not None
