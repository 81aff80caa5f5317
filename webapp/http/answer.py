"""How a view answers: a whole page to GET; a fragment (htmx) or a redirect (plain form) to POST."""

import json
from typing import Any

from flask import g, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.vault import vault

TOAST = "__Host-toast"


def is_htmx() -> bool:
    """Whether htmx asks; only POST may ask this."""
    return bool(getattr(request, "htmx", False))


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A whole document."""
    return Response(render_template(template, **context), status=status, mimetype="text/html")


def answer(template: str, to: str, toast: dict[str, str] | None = None, **context: Any) -> Response:
    """The answer to a POST: `template` for htmx, a 303 to `to` for a plain form.

    `toast`: {"text", "detail", "undo"} (undo is the URL a POST goes to); shown in the fragment or on the next page.
    """
    if is_htmx() and template:
        return Response(render_template(template, toast=toast, **context), mimetype="text/html")
    return go(to, toast)


def go(to: str, toast: dict[str, str] | None = None) -> Response:
    """A redirect after a POST, to a path of ours, with a message for the next page."""
    if is_htmx():
        response = Response(status=204)
        response.headers["HX-Redirect"] = to
    else:
        response = redirect(to, 303)
    if toast:
        response.set_cookie(
            TOAST, _signer().dumps(toast), max_age=60, path="/", secure=True, httponly=True, samesite="Lax"
        )
    return response


def invalid(template: str, **context: Any) -> Response:
    """The form again with its errors and everything typed."""
    return page(template, 422, **context)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(vault().derive("toast"), salt="toast")


def waiting_toast() -> dict[str, str] | None:
    """The message of the request before, once."""
    raw = request.cookies.get(TOAST)
    if not raw or request.method != "GET":
        return None
    g.toast_shown = True
    try:
        value = _signer().loads(raw)
    except BadSignature:
        return None
    return value if isinstance(value, dict) else None


def forget_toast(response: Response) -> Response:
    """The one-shot cookie goes when its page was made."""
    if g.get("toast_shown"):
        response.set_cookie(TOAST, "", max_age=0, path="/", secure=True, httponly=True, samesite="Lax")
    return response


def local_path(raw: str | None, default: str = "/") -> str:
    """A `next` parameter, only if it is plainly a path of ours."""
    safe = (
        raw
        and len(raw) < 500
        and raw.isascii()
        and raw.isprintable()
        and raw.startswith("/")
        and not raw.startswith(("//", "/\\"))
        and "\\" not in raw
    )
    return raw if safe and raw else default


def typed() -> "MultiDict[str, str]":
    """What was typed, for a form."""
    return request.form


def as_json(value: Any, status: int = 200) -> Response:
    """JSON for our own scripts (saving drafts, passkey options)."""
    response = Response(json.dumps(value, ensure_ascii=False), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
