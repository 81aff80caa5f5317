"""304 without work: an ETag from what the page depends on, computed before anything is rendered."""

import hashlib
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp import events, i18n, times

from .actor import actor
from .answer import TOAST
from .saving import saving


class NotModified(HTTPException):
    """The browser has this very page."""

    code = 304


def version(*more: Any) -> str:
    """The ETag of a page: data version, person, language, look, assets, minute, and what the view adds.

    The data version is the number of events the organization has committed.
    """
    person, now = actor(), times.now()
    parts = (
        events.committed(person.organization_id),
        person.id,
        person.organization_id,
        person.session_id,
        i18n.language(),
        person.theme,
        saving(),
        current_app.config.get("ASSETS_VERSION", ""),
        now.strftime("%H:%M"),
        request.full_path,
        *more,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def not_modified(*more: Any) -> str:
    """Raise 304 when the browser has this very page; answers the (weak) ETag for the response otherwise."""
    tag = version(*more)
    if request.if_none_match.contains_weak(tag) and TOAST not in request.cookies:
        response = Response(status=304)
        response.set_etag(tag, weak=True)
        raise NotModified(response=response)
    return tag
