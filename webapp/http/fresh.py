"""304 without work: an ETag from what the page depends on, computed before anything is rendered."""

import hashlib
import uuid
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp import i18n, times
from webapp.db import session
from webapp.events import Event

from .actor import actor
from .answer import TOAST
from .saving import saving


class NotModified(HTTPException):
    """The browser has this very page."""

    code = 304


def version(*more: Any) -> str:
    """The ETag of a page: data version, person, language, look, assets, minute, and what the view adds.

    The data version is the newest event of the organization and how many there were in the last hours: a
    transaction that commits after a later one changes the count, so it is never missed.
    """
    person, now = actor(), times.now()
    since = now.replace(minute=0, second=0, microsecond=0)
    newest, count = session.execute(
        _data_version().params(organization=person.organization_id, first=_first_id(since))
    ).one()
    parts = (
        newest,
        count,
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


@cache
def _data_version() -> sa.Select[datetime, int]:
    of_these = (Event.organization_id == sa.bindparam("organization"), Event.id >= sa.bindparam("first"))
    return sa.select(sa.func.max(Event.at), sa.func.count()).where(*of_these)


def _first_id(since: datetime) -> uuid.UUID:
    """The smallest UUIDv7 of an instant, an hour earlier so that long transactions are counted."""
    milliseconds = int(since.timestamp() * 1000) - 3_600_000
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62))


def not_modified(*more: Any) -> str:
    """Raise 304 when the browser has this very page; answers the (weak) ETag for the response otherwise."""
    tag = version(*more)
    if request.if_none_match.contains_weak(tag) and TOAST not in request.cookies:
        response = Response(status=304)
        response.set_etag(tag, weak=True)
        raise NotModified(response=response)
    return tag
