"""What the pages of people share: their blueprint, and how one is found."""

import uuid

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from webapp.config import Config
from webapp.db import session
from webapp.errors import Forbidden, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go
from webapp.i18n import _

from . import queries
from .models import Membership, Person, Role
from .passkeys import Site

bp = Blueprint("people", __name__)


def config() -> Config:
    """The settings of this installation."""
    settings: Config = current_app.config["NOD"]
    return settings


def site() -> Site:
    """Who we are to an authenticator: the address of this request, which the guard has checked against ours."""
    return Site(request.host_url.rstrip("/"))


def myself() -> Person:
    """The row of the person who acts."""
    return session.get_one(Person, actor().id)


def find_member(person_id: uuid.UUID, manage: bool = False) -> Membership:
    """A member this person sees: 404 otherwise, 403 when they see but may not manage them."""
    member = queries.member(actor(), person_id)
    if member is None:
        raise NotFound
    if manage and not queries.manages(actor(), member):
        raise Forbidden(_("Somebody who manages people in all their regions can do this."))
    return member


def find_role(role_id: uuid.UUID) -> Role:
    """A role of the organization."""
    role = queries.role(actor(), role_id)
    if role is None:
        raise NotFound
    return role


def prove_first(back: str) -> Response | None:
    """Somewhere to go when the last proof of identity is over 15 minutes old; None when it is fresh."""
    if actor().fresh:
        return None
    return go(url_for("people.sign_in", again="1", next=back))


def as_uuid(text: str) -> uuid.UUID | None:
    """A canonical id from a form, or None."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None
