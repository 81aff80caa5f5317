"""The pictures beside the reply field: which were on the page, which stay in, and the row of them anew."""

import uuid
from collections.abc import Collection, Sequence

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import answer
from webapp.http.find import find
from webapp.i18n import _
from webapp.inbox.canned import offering, uses
from webapp.inbox.models import Conversation
from webapp.inbox.shared_views import bp
from webapp.people.permissions import Permission

from . import going
from .going import Shown


def seen() -> list[str]:
    """Those that were on the page."""
    return uses.ids(request.form.getlist("offered"))


def kept() -> list[str]:
    """Those of them that stay in."""
    return uses.ids(request.form.getlist("picture"))


def without() -> list[str]:
    """Those of them that were taken out."""
    return [each for each in seen() if each not in kept()]


def of(conversation: Conversation, canned: Sequence[str], left_out: Collection[str] = ()) -> list[Shown]:
    """What the canned replies that were put in bring along here."""
    channel = conversation.channel
    if not canned or not going.most(channel):
        return []
    return going.of(offering.usable(channel.region, actor()), canned, channel, left_out)


def asked(conversation: Conversation, canned: Sequence[str]) -> list[Shown]:
    """What goes out by this form. Raises Invalid for what was not seen, or is not there any more."""
    found = of(conversation, canned, without())
    if set(kept()) - {each.id for each in found}:
        raise Invalid(fields={"text": _("A picture is not there any more. Look, then send.")})
    return going.chosen(found, seen(), kept())


@bp.post("/inbox/<uuid:conversation_id>/reply/pictures")
def reply_pictures(conversation_id: uuid.UUID) -> Response:
    """The row of pictures for what is in the field now. Nothing is changed."""
    conversation = find(Conversation, conversation_id, Permission.REPLY)
    found = of(conversation, uses.ids(request.form.get("canned", "")), without())
    to = url_for("inbox.show", conversation_id=conversation.id) + "#reply"
    return answer("inbox/pictures.html", to, conversation=conversation, pictures=found, watch=True)
