"""Push in the browser: where a device says that it listens, what it showed, and a yes from the notification."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.approvals.models import Decision
from webapp.errors import DomainError, Gone, Invalid, NotFound
from webapp.http.actor import actor, actor_or_none, public
from webapp.http.answer import as_json, go
from webapp.http.find import find
from webapp.http.forms import unfit
from webapp.http.limits import limiter
from webapp.i18n import _
from webapp.inbox.replying import replies

from . import answering, deciding, devices, outcome, receipts, settings_views
from .shared_views import bp

__all__ = ["bp", "settings_views"]

MOST_BODY = 8000
MOST_ANSWER = 60_000


def _body() -> dict[str, Any]:
    """The JSON object that a script of ours sent. Raises Invalid for anything else."""
    return _sent(MOST_BODY)


def _sent(most: int) -> dict[str, Any]:
    if (request.content_length or 0) <= most:
        try:
            value = request.get_json(force=True, silent=True)
        except RecursionError:
            value = None
        if isinstance(value, dict):
            return value
    raise Invalid(_("This device sent something that makes no sense."))


def _text(name: str) -> str:
    value = _body().get(name)
    if not isinstance(value, str) or len(value) > 2000 or not value.isascii() or "\0" in value:
        return ""
    return value


@bp.post("/push/subscriptions")
@limiter.limit("60/minute")
def subscribe() -> Response:
    """This device wants to be pushed: said at each start of the app. 204 when nothing is new.

    `again`: the browser told this very address before. When it is not known any more, it was taken away: 410.
    """
    keys, installed = devices.read(_body())
    if _body().get("again") is True and not devices.is_known(keys.endpoint, actor()):
        raise Gone(_(outcome.GONE))
    known = devices.of_session(actor().session_id)
    row = devices.subscribe(keys, installed, actor())
    if known is not None and known.id == row.id:
        return Response(status=204)
    return as_json({"device": devices.label(row)}, 201)


@bp.post("/push/subscriptions/removal")
def unsubscribe() -> Response:
    """The browser is subscribed no more."""
    devices.remove_endpoint(_text("endpoint"), actor())
    return Response(status=204)


@bp.post("/push/receipts")
@public
def receive() -> Response:
    """The worker showed a message. The same answer for everything, so that nothing can be learned from it."""
    receipts.acknowledge(_text("receipt"))
    return Response(status=204)


@bp.post("/push/test")
@limiter.limit("6/minute")
def test() -> Response:
    """Send this device something to show."""
    row = devices.of_session(actor().session_id)
    if row is None:
        raise NotFound
    devices.test(row, actor())
    return Response(status=204)


@bp.post("/push/decisions")
@public
@limiter.limit("60/minute")
def decide() -> Response:
    """A yes from the notification. The answer is what the device shows instead."""
    try:
        person, token = actor_or_none(), _text("token")
        if person is None:
            return as_json(deciding.refused(token), 401)
        return as_json(deciding.approve(token, person))
    except DomainError as error:
        status = error.status if error.status in (403, 409, 410) else 409
        return as_json(deciding.refused(_text("token")), status)


@bp.post("/push/replies")
@public
@limiter.limit("60/minute")
def answer_there() -> Response:
    """An answer typed in the notification: JSON from the worker, or a form from its outbox, later."""
    person, token, text = actor_or_none(), *_answer()
    if person is None:
        return as_json({}, 401)
    try:
        return as_json(answering.reply(token, text, person))
    except Gone:
        return as_json(answering.refused(token), 410)


def _answer() -> tuple[str, str]:
    """The token and what was typed. Raises Invalid for what is no text."""
    value = request.form or _sent(MOST_ANSWER)
    token, text = value.get("token"), value.get("reply")
    if isinstance(token, str) and isinstance(text, str) and text.strip() and not unfit(text):
        return token, text.replace("\r\n", "\n").replace("\r", "\n")[: replies.LONGEST]
    raise Invalid(_("This device sent something that makes no sense."))


@bp.get("/push/decisions/<uuid:decision_id>")
def decided(decision_id: Any) -> Response:
    """Where "Tap to undo" leads: the card, with the way back in a message. Reading changes nothing."""
    made = find(Decision, decision_id)
    if made.person_id != actor().id:
        raise NotFound
    toast = {"text": _("Approved"), "undo": url_for("approvals.undo", decision_id=made.id), "tone": "yes"}
    if made.undone_at is not None:
        toast = {"text": _("Taken back"), "tone": "calm"}
    return go(url_for("approvals.card", post_id=made.post_id), toast)
