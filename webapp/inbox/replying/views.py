"""Answering in a conversation, and everything that is done with one message."""

import secrets
import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import answer, as_json, go, is_htmx, page
from webapp.http.find import find
from webapp.http.forms import unfit
from webapp.i18n import _
from webapp.inbox.approval import guards
from webapp.inbox.canned import macros, offering, uses
from webapp.inbox.canned.models import Macro
from webapp.inbox.canned.pictures import views as pictures
from webapp.inbox.models import Conversation, Message
from webapp.inbox.shared_views import bp
from webapp.people.permissions import Permission

from . import bar, drafts, replies
from .models import Reply
from .standing import Collision
from .states import State

KINDS = ("like", "unlike", "hide", "unhide", "delete")


@bp.app_template_global("reply_bar")
def reply_bar(conversation: Conversation) -> bar.Bar:
    """What the reply bar of a conversation shows."""
    return bar.make(conversation, actor(), _named())


@bp.app_template_global("message_acts")
def message_acts(message: Message, conversation: Conversation) -> list[str]:
    """What this person may do with a message."""
    return replies.able(conversation, message) if actor().may(Permission.REPLY, conversation) else []


@bp.app_template_global("fresh_key")
def freshkey_of_tap() -> str:
    """A key for a form without JavaScript; with it the key is made at the tap."""
    return secrets.token_hex(16)


def _named() -> str:
    """The message that the address or the form names."""
    return request.args.get("to", "") or request.form.get("answered", "")


def _canned() -> list[str]:
    """The canned replies that were put in."""
    return uses.ids(request.form.get("canned", ""))


def _find(conversation_id: uuid.UUID) -> Conversation:
    return find(Conversation, conversation_id, Permission.REPLY)


def _words() -> str:
    """What was typed, with one kind of line end. Raises Invalid for what no database holds."""
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    problem = unfit(text) or (_("This is too long.") if len(text) > replies.LONGEST else "")
    if problem:
        raise Invalid(fields={"text": problem})
    return text


def _typed() -> str:
    """What was typed, as far as it can be shown again."""
    text = request.form.get("text", "")[: replies.LONGEST]
    return "".join(c for c in text if (c.isprintable() or c in "\n\t") and not "\ud800" <= c <= "\udfff")


def here(conversation: Conversation) -> str:
    """Where a plain form leads back to."""
    return url_for("inbox.show", conversation_id=conversation.id) + "#reply"


def _again(conversation: Conversation, error: Invalid) -> Response:
    """The bar as it was typed, with what is wrong; without htmx on a page of its own. Nothing was sent."""
    more: dict[str, Any] = {"text": _typed(), "canned": " ".join(_canned()), "without": pictures.without()}
    if isinstance(error, Collision):
        more |= {"other": error.standing, "sure": error.standing.whole, "error": error.message}
    else:
        more["error"] = error.fields.get("text") or error.message
    shown = bar.make(conversation, actor(), _named(), **more)
    template = "inbox/replied.html" if is_htmx() else "inbox/answer.html"
    return page(template, 422, conversation=conversation, bar=shown)


@bp.get("/inbox/<uuid:conversation_id>/reply")
def reply_page(conversation_id: uuid.UUID) -> Response:
    """The reply bar on a page of its own, with what was asked last."""
    conversation = _find(conversation_id)
    return page("inbox/answer.html", conversation=conversation, bar=bar.make(conversation, actor(), _named()))


@bp.post("/inbox/<uuid:conversation_id>/replies")
def reply(conversation_id: uuid.UUID) -> Response:
    """Answer. It leaves in ten seconds."""
    conversation = _find(conversation_id)
    try:
        made = replies.reply(
            conversation,
            _words(),
            by=actor(),
            key=key_of_tap(),
            answered=bar.to_answer(conversation, _named()),
            seen=request.form.get("seen", "")[:200],
            sure=request.form.get("sure", "")[:200],
            canned=_canned(),
            pictures=pictures.asked(conversation, _canned()),
        )
    except Invalid as error:
        return _again(conversation, error)
    return done(conversation, made)


def key_of_tap() -> str:
    """The key of the tap; without one every request is its own."""
    return request.headers.get("Idempotency-Key") or request.form.get("key") or secrets.token_hex(16)


def done(conversation: Conversation, made: Reply) -> Response:
    """The bar anew, and what happens next with a way back."""
    words = {
        "reply": _("Sending"),
        "hide": _("Hiding it there"),
        "unhide": _("Showing it there again"),
        "delete": _("Deleting it there"),
        "like": _("Liked"),
        "unlike": _("Like taken back"),
    }
    toast = {"text": words[made.kind], "tone": "calm"}
    if made.state == State.ASKED:
        undo = url_for("inbox.undo_reply", reply_id=made.id)
        toast |= {"text": _("Waiting for a yes"), "detail": _("It does not leave before."), "undo": undo}
    elif made.kind not in replies.AT_ONCE:
        toast |= {"detail": _("It leaves in 10 seconds."), "undo": url_for("inbox.undo_reply", reply_id=made.id)}
    shown = bar.make(conversation, actor(), _named())
    return answer("inbox/replied.html", here(conversation), toast, conversation=conversation, bar=shown)


@bp.post("/inbox/<uuid:conversation_id>/reply/draft")
def draft_reply(conversation_id: uuid.UUID) -> Response:
    """Saved by itself: JSON for the page's script."""
    conversation = _find(conversation_id)
    try:
        text = _words()
        kept = drafts.keep(conversation, text, actor(), _canned(), pictures.without())
    except Invalid as error:
        return as_json({"errors": {name: [words] for name, words in error.fields.items()}}, 422)
    zone, at = actor().zone, kept.updated_at if kept else times.now()
    saved = _("%(hour)s %(place)s", hour=times.hour(at, zone), place=times.place(zone))
    why = ", ".join(guards.because(guards.needed(conversation, text, actor()))) if kept else ""
    return as_json({"saved": _("%(time)s. It waits for a yes: %(why)s", time=saved, why=why) if why else saved})


@bp.post("/inbox/<uuid:conversation_id>/reply/insertion")
def insert_canned(conversation_id: uuid.UUID) -> Response:
    """Without JavaScript: put a canned reply after what is typed, and show it. Nothing is sent."""
    conversation = _find(conversation_id)
    try:
        typed = _words()
    except Invalid as error:
        return _again(conversation, error)
    chosen = offering.one(conversation, actor(), bar.to_answer(conversation, _named()), request.form.get("choice", ""))
    if chosen is None:
        return _again(conversation, Invalid(fields={"text": _("Choose a canned reply from the list.")}))
    text = f"{typed.rstrip()}\n{chosen.text}" if typed.strip() else chosen.text
    used = uses.ids([*request.form.get("canned", "").split(), str(chosen.row.id)])
    if len(text) > replies.LONGEST:
        return _again(conversation, Invalid(fields={"text": _("This is too long.")}))
    drafts.keep(conversation, text, actor(), used, pictures.without())
    return go(here(conversation))


@bp.post("/inbox/<uuid:conversation_id>/reply/macro")
def run_macro(conversation_id: uuid.UUID) -> Response:
    """Everything a macro does, in one tap. A text with something left to fill in is put into the bar instead."""
    conversation = _find(conversation_id)
    wanted = request.form.get("macro", "")
    choices = offering.for_conversation(conversation, actor(), bar.to_answer(conversation, _named()))
    row = next((m for m in macros.usable(conversation.channel.region, choices) if str(m.id) == wanted), None)
    if row is None:
        raise NotFound
    made = None
    if row.canned_id:
        try:
            made = _answered_by(row, conversation, choices)
        except Invalid as error:
            return _again_with(conversation, row, choices, error)
    macros.file(row, conversation, actor(), waits=made is not None and made.state == State.ASKED)
    if made is not None:
        return done(conversation, made)
    return go(here(conversation), {"text": _("Done"), "detail": row.name, "tone": "calm"})


def _answered_by(row: Macro, conversation: Conversation, choices: list[offering.Choice]) -> Reply:
    chosen = next(choice for choice in choices if choice.row.id == row.canned_id)
    if request.form.get("text", "").strip():
        raise Invalid(fields={"text": _("You have begun a reply. Send it or empty the field first.")})
    return replies.reply(
        conversation,
        chosen.text,
        by=actor(),
        key=key_of_tap(),
        answered=bar.to_answer(conversation, _named()),
        seen=request.form.get("seen", "")[:200],
        canned=[str(chosen.row.id)],
        pictures=pictures.of(conversation, [str(chosen.row.id)]),
    )


def _again_with(conversation: Conversation, row: Macro, choices: list[offering.Choice], error: Invalid) -> Response:
    """The bar with the macro's text in it, when nothing else was typed."""
    if request.form.get("text", "").strip():
        return _again(conversation, error)
    chosen = next(choice for choice in choices if choice.row.id == row.canned_id)
    more: dict[str, Any] = {"text": chosen.text, "canned": str(chosen.row.id), "error": error.message}
    if isinstance(error, Collision):
        more |= {"other": error.standing, "sure": error.standing.whole}
    template = "inbox/replied.html" if is_htmx() else "inbox/answer.html"
    return page(template, 422, conversation=conversation, bar=bar.make(conversation, actor(), _named(), **more))
