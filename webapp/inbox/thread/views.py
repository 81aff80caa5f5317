"""One conversation, and the internal notes beside it."""

import base64
import json
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import NotFound
from webapp.http import fresh
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.inbox.listing import views as listing
from webapp.inbox.models import Conversation, Message, Note
from webapp.inbox.replying import bar
from webapp.inbox.shared_views import bp
from webapp.inbox.work import noting, presence
from webapp.inbox.work.forms import NoteForm
from webapp.people.permissions import Permission

from . import shown


@bp.get("/inbox/<uuid:conversation_id>")
@kept
def show(conversation_id: uuid.UUID) -> Response:
    """What was said, with everything known about it."""
    found = find(Conversation, conversation_id)
    if found.merged_id:
        return redirect(url_for("inbox.show", conversation_id=found.merged_id), 302)
    here = presence.here(found)
    draft = bar.state(found, actor()) if actor().may(Permission.REPLY, found) else None
    tag = fresh.not_modified(draft, *((each.person_id, each.typing_until, each.claimed_until) for each in here))
    response = _page(found, NoteForm(), here=here)
    response.set_etag(tag, weak=True)
    return response


def _page(found: Conversation, form: NoteForm, status: int = 200, **more: Any) -> Response:
    context = shown.context(found, actor(), _before(), **more)
    return page("inbox/conversation.html", status, form=form, wanted=listing.wanted(), mark=mark, **context)


def mark(message: Message) -> str:
    """Where an older page ends, for an address."""
    return base64.urlsafe_b64encode(json.dumps([message.at.isoformat(), str(message.id)]).encode()).decode()


def _before() -> tuple[datetime, uuid.UUID] | None:
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(request.args.get("before", "")[:200].encode()))
        instant = datetime.fromisoformat(str(at))
        fits = instant.tzinfo is not None and 1 < instant.year < 9999
        return (instant, uuid.UUID(str(row_id))) if fits else None
    except (TypeError, ValueError, RecursionError):
        return None


@bp.post("/inbox/<uuid:conversation_id>/notes")
def note(conversation_id: uuid.UUID) -> Response:
    """Say something to the team. It can never go out."""
    found = find(Conversation, conversation_id, Permission.COMMENT)
    form = NoteForm.posted()
    if not form.validate():
        return _page(found, form, 422)
    made = noting.note(found, (form.text.data or "").strip(), actor())
    return _back(found, _("Added"), f"#n-{made.id}")


@bp.post("/inbox/<uuid:conversation_id>/notes/<uuid:note_id>/removal")
def unnote(conversation_id: uuid.UUID, note_id: uuid.UUID) -> Response:
    """Take back one's own words."""
    found = find(Conversation, conversation_id, Permission.COMMENT)
    made = session.scalars(sa.select(Note).where(Note.id == note_id, Note.conversation_id == found.id)).first()
    if made is None:
        raise NotFound
    noting.delete(made, actor())
    return _back(found, _("Deleted"))


def _back(found: Conversation, words: str, at: str = "") -> Response:
    return go(url_for("inbox.show", conversation_id=found.id) + at, {"text": words, "tone": "calm"})
