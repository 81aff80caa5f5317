"""Every domain error becomes its status here and nowhere else; each page says what happened and what to do."""

from contextlib import suppress

from flask import Flask, render_template, request
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp import db, logs
from webapp.errors import Conflict, DomainError, TooMany
from webapp.i18n import N_, _, language

from . import keys
from .actor import SignInNeeded, to_sign_in
from .answer import is_htmx
from .app import SAFE

WORDS = {
    400: (N_("That request makes no sense to us"), N_("Go back and try again.")),
    403: (N_("You may not do this"), N_("Somebody with another role can. Ask an administrator.")),
    404: (N_("There is nothing here"), N_("It may have been removed, or it is not yours to see.")),
    405: (N_("This address takes no such request"), N_("Go back and try again.")),
    409: (N_("It changed while you looked"), N_("Nothing was applied. Look again and decide.")),
    410: (N_("This is over"), N_("It cannot be used any more.")),
    413: (N_("That is too large"), N_("Send a smaller file or less text.")),
    422: (
        N_("That cannot be saved as it is"),
        N_("Go back, change it and try again. What you typed is kept."),
    ),
    429: (N_("Too many tries"), N_("Wait a moment and try again.")),
    500: (N_("Something broke on our side"), N_("Nothing was lost. Try again; we have noted it.")),
    503: (N_("Nod is not ready"), N_("Try again in a moment.")),
}


_PLAIN = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title} · Nod</title>'
    '<h1>{title}</h1><p>{advice}</p><p><a href="/">Nod</a></p></html>'
)
"""When even the page of an error cannot be made."""


def init(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(Exception, on_crash)


def on_domain_error(error: DomainError) -> Response:
    """404, 403, 409, 410, 422, 429 from the domain."""
    _start_over()
    if isinstance(error, SignInNeeded):
        return to_sign_in(request.method not in SAFE and is_htmx())
    template = error.template if isinstance(error, Conflict) and error.template else "errors/show.html"
    context = error.context if isinstance(error, Conflict) else {}
    response = _page(error.status, error.message, template, **context)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.after)
    keys.settle_refusal(response)
    return response


def on_http_error(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse by themselves."""
    _start_over()
    if error.code is None or error.code < 400:
        return error.get_response()
    response = _page(error.code, "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def on_crash(error: Exception) -> Response:
    """A defect of ours: logged by kind and place, never with values."""
    _start_over()
    where = error.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_qualname}:{where.tb_lineno}" if where else ""
    logs.event("crash", error=type(error).__name__, place=place, endpoint=request.endpoint)
    return _page(500, "")


def _start_over() -> None:
    """Forget what the request began; a database that is away must not keep the person from an answer."""
    with suppress(SQLAlchemyError):
        db.rollback()
        keys.drop()
        db.read_only()


def _page(status: int, message: str, template: str = "errors/show.html", **context: object) -> Response:
    title, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    words = {"status": status, "title": _(title), "advice": message or _(advice), "message": message}
    try:
        body = render_template(template, **words, **context)
    except Exception as error:
        logs.error("error_page", error)
        body = _PLAIN.format(language=language(), title=escape(_(title)), advice=escape(_(advice)))
    response = Response(body, status=status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response
