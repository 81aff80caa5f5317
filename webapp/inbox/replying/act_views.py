"""What is done with a reply that has not left or did not arrive, and with one message."""

import uuid

from flask import request
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.http.actor import actor
from webapp.http.answer import go
from webapp.http.find import find
from webapp.i18n import _
from webapp.inbox.models import Conversation, Message
from webapp.inbox.shared_views import bp
from webapp.people.permissions import Permission

from . import replies
from .models import Reply
from .views import KINDS, done, here, key_of_tap


def _reply(reply_id: uuid.UUID) -> Reply:
    return find(Reply, reply_id, Permission.REPLY)


@bp.post("/inbox/replies/<uuid:reply_id>/undo")
def undo_reply(reply_id: uuid.UUID) -> Response:
    """Take it back before it leaves; the words are in the field again."""
    row = _reply(reply_id)
    back = replies.undo(row, actor())
    detail = (
        "" if back else _("What you have typed since is kept, so its words stay here: %(text)s", text=row.text[:300])
    )
    return go(here(row.conversation), {"text": _("Not sent"), "detail": detail, "tone": "calm"})


@bp.post("/inbox/replies/<uuid:reply_id>/release")
def release_reply(reply_id: uuid.UUID) -> Response:
    """Send what was held or refused, after all."""
    row = _reply(reply_id)
    try:
        replies.again(row, actor())
    except Invalid as error:
        raise Conflict(error.message) from None
    return go(here(row.conversation), {"text": _("It goes out now"), "tone": "calm"})


@bp.post("/inbox/replies/<uuid:reply_id>/look")
def decide_reply(reply_id: uuid.UUID) -> Response:
    """Somebody looked on the network: it is there, or it is not."""
    row, there = _reply(reply_id), request.form.get("there") == "1"
    replies.decide(row, there, actor())
    return go(here(row.conversation), {"text": _("It is there") if there else _("Not sent"), "tone": "calm"})


@bp.post("/inbox/messages/<uuid:message_id>/acts")
def act(message_id: uuid.UUID) -> Response:
    """Like, hide or delete one message there, or take that back."""
    message = find(Message, message_id, Permission.REPLY)
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise Invalid(_("Choose one from the list."))
    conversation = session.get_one(Conversation, message.conversation_id)
    made = replies.act(message, conversation, kind, by=actor(), key=key_of_tap())
    return done(conversation, made)
