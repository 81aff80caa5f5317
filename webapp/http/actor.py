"""The person behind a request: read once from the cookie, through Flask-Login."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from webapp.errors import DomainError
from webapp.people import sessions
from webapp.people.permissions import Actor

COOKIE = "__Host-nod"
View = TypeVar("View", bound=Callable[..., Any])


class SignInNeeded(DomainError):
    """Nobody is signed in on this device (any more)."""

    status = 401


def public(view: View) -> View:
    """Mark a view that needs no signed-in person."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def actor_or_none() -> Actor | None:
    """The person acting, or None for a stranger."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def actor() -> Actor:
    """The person acting; raises when there is none (the guard has already seen to it)."""
    person = actor_or_none()
    if person is None:
        raise SignInNeeded
    return person


def init(app: Flask) -> None:
    """Read the session cookie once a request; turn strangers away from everything that is not public."""
    manager = LoginManager()
    manager.session_protection = None

    @manager.request_loader
    def load(req: Request) -> Actor | None:
        token = req.cookies.get(COOKIE, "")
        return sessions.actor_for(token) if token else None

    manager.init_app(app)
    app.after_request(note_seen)


def guard() -> None:
    """Everything asks for a signed-in person unless its view says otherwise."""
    from flask import current_app

    if request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if not getattr(view, "is_public", False):
        actor()


def note_seen(response: Response) -> Response:
    """`sessions.seen_at`, at most every five minutes."""
    person = actor_or_none() if request.cookies.get(COOKIE) and "_login_user" in g else None
    if person and person.stale_seen and person.session_id and response.status_code < 400:
        sessions.touch(person.session_id)
    return response


def set_cookie(response: Response, token: str) -> None:
    """Put a session on this device: host-bound, for the server only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.LIFE.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def clear_cookie(response: Response) -> None:
    """Take the session off this device."""
    response.set_cookie(COOKIE, "", max_age=0, path="/", secure=True, httponly=True, samesite="Lax")


def to_sign_in(htmx: bool) -> Response:
    """Where a stranger goes: a redirect, or for htmx a 401 that tells the page to go there."""
    target = url_for("people.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if htmx:
        response = Response(status=401)
        response.headers["HX-Redirect"] = target
    else:
        response = redirect(target, 303)
    response.headers["Cache-Control"] = "no-store"
    return response
