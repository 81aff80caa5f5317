"""A guest at a link: whether it works, whether the code was typed in this browser, and what every page of theirs has.

A link that is unknown, over or revoked answers with one and the same page. Nothing is kept, listed by search engines or
told to other sites.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from webapp import db, i18n
from webapp.db import session
from webapp.errors import NotFound
from webapp.http.actor import public
from webapp.http.answer import page
from webapp.people.models import Organization

from ..models import Guest, GuestLink, Invitation
from . import links, standing

COOKIE = "__Host-guest"
View = Callable[..., Response]


@dataclass(frozen=True)
class Visit:
    """A guest at a link that works. `found`: what it opens. `inside`: the code was typed in this browser."""

    token: str
    link: GuestLink
    found: list[Invitation]
    brand: str
    inside: bool

    @property
    def guest(self) -> Guest:
        return self.link.guest

    def invitation(self, invitation_id: uuid.UUID) -> Invitation:
        """One of what the link opens. Raises NotFound."""
        found = next((each for each in self.found if each.id == invitation_id), None)
        if found is None:
            raise NotFound
        return found

    def to(self, name: str, **more: Any) -> str:
        """The address of another page behind this link."""
        return url_for(f"approvals.guest_{name}", token=self.token, **more)

    @property
    def words(self) -> dict[str, Any]:
        """What every page of a guest reads."""
        return {"visit": self, "brand": self.brand, "until": standing.until(self.found)}


def at_link(view: View) -> View:
    """A view that gets the visit at a link that works; else the one page about links that do not."""

    @wraps(view)
    def answered(token: str, **more: Any) -> Response:
        try:
            visit = _visit(token)
            response = view(visit, **more) if visit else _over()
        except NotFound:
            db.rollback()
            response = _over()
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return public(answered)


def inside(view: View) -> View:
    """The same for a browser in which the code was typed; another is led to the door."""

    @wraps(view)
    def answered(visit: Visit, **more: Any) -> Response:
        return view(visit, **more) if visit.inside else redirect(visit.to("door"), 303)

    return at_link(answered)


def _visit(token: str) -> Visit | None:
    known = links.of_token(token)
    if known is None:
        return None
    link, found = known
    i18n.use(link.guest.language)
    brand = session.get_one(Organization, link.organization_id).name
    return Visit(token, link, found, brand, links.is_in(request.cookies.get(COOKIE, ""), link))


def _over() -> Response:
    return page("approvals/guests/over.html", 404)
