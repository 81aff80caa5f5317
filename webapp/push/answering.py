"""Replying from the notification: on devices that let one type there, once, to exactly what was shown.

The token is bound to person, device, conversation and the newest message in it. What is typed goes the way of every
reply, with all its rules and its ten seconds. When somebody answered meanwhile, or more was said, nothing is sent: the
words are kept as the draft of the conversation, and the notification says "Open to answer".
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from webapp import links
from webapp.db import session
from webapp.errors import Gone, Invalid
from webapp.i18n import _
from webapp.inbox.canned.offering import language_name
from webapp.inbox.models import Conversation, Message
from webapp.inbox.replying import drafts, replies, standing
from webapp.inbox.replying.models import Reply
from webapp.inbox.replying.states import State
from webapp.people import devices as browsers
from webapp.people.permissions import Actor, Permission
from webapp.vault import fingerprint

from . import deciding, quick
from .models import Notification, Push

KINDS = ("message", "late")
PURPOSE = "reply"
LIFE = timedelta(hours=24)
"""How long after it was shown one may answer from a notification; what changed meanwhile is noticed anyway."""
TYPES = ({"Chrome", "Edge", "Opera", "Samsung Internet"}, "Android")


@dataclass(frozen=True)
class Talk:
    """What a notification lets one answer. `seen`: the mark of how the conversation stood."""

    conversation_id: uuid.UUID
    message_id: uuid.UUID
    seen: str
    language: str

    @property
    def placeholder(self) -> str:
        """What stands in the empty field."""
        name = language_name(self.language) if self.language else ""
        return _("Reply in %(language)s", language=name) if name else _("Reply")


def talk(notification: Notification) -> Talk | None:
    """What can be answered of it; None when it is nothing to answer."""
    row = session.get(Conversation, notification.subject_id) if notification.kind in KINDS else None
    message = replies.to_answer(row) if row is not None else None
    if row is None or message is None or message.deleted_at is not None:
        return None
    return Talk(row.id, message.id, standing.mark(row.id), row.language)


def offered_to(device: str) -> bool:
    """Whether one can type in the notifications of this kind of device (`browser|system`)."""
    browser, system = browsers.parts(device)
    return browser in TYPES[0] and system == TYPES[1]


def reply(token: str, text: str, by: Actor) -> dict[str, Any]:
    """Use the token up and answer; the notification to show. Raises Gone for a token that is not this person's."""
    spent = quick.spend(token, by, PURPOSE, LIFE)
    push = spent or _own(token, by)
    message = session.get(Message, push.message_id) if push else None
    row = session.get(Conversation, message.conversation_id) if message else None
    if push is None or message is None or row is None or not by.may(Permission.REPLY, row):
        raise Gone(_("This notification is too old to answer from. Open it."))
    if spent is None:
        before = _made(push, by, text)
        return _sent(push, before) if before is not None else _kept(push, row, text, by)
    newest = replies.to_answer(row)
    if newest is None or newest.id != message.id:
        return _kept(push, row, text, by)
    try:
        made = replies.reply(row, text, by=by, key=_key(push), answered=message, seen=push.seen)
    except Invalid:
        return _kept(push, row, text, by)
    return _sent(push, made)


def refused(token: str) -> dict[str, Any]:
    """What a device shows when nothing came of it. Tells nothing but the way there."""
    push = session.scalars(_with(token)).first()
    lead = session.get(Notification, push.notification_id) if push else None
    return _notification(_("Open to answer"), f"/inbox/{lead.subject_id}#reply" if lead else "/inbox", lead, "")


def _with(token: str) -> "sa.Select[Any]":
    return sa.select(Push).where(Push.approve_hash == fingerprint(token[:100], PURPOSE))


def _own(token: str, by: Actor) -> Push | None:
    """The message a token came with, used up or too old, when it was this person's."""
    mine = (Push.person_id == by.id, Push.organization_id == by.organization_id)
    return session.scalars(_with(token).where(*mine)).first()


def _key(push: Push) -> str:
    return f"push-{push.id}"


def _made(push: Push, by: Actor, text: str) -> Reply | None:
    """What came of these very words with this token: its answer got lost, and is given again."""
    row = session.scalars(sa.select(Reply).where(Reply.key == replies.digest(by, _key(push)))).unique().first()
    return row if row is not None and row.text == text.strip() else None


def _kept(push: Push, row: Conversation, text: str, by: Actor) -> dict[str, Any]:
    """The words become the draft there, after what is one already."""
    before = drafts.of(row.id, by.id)
    if before is None or text.strip() not in before.text:
        words = f"{before.text.rstrip()}\n\n{text}" if before and before.text.strip() else text
        drafts.keep(row, words[: replies.LONGEST], by, before.canned if before else ())
    lead = session.get_one(Notification, push.notification_id)
    return _notification(_("Open to answer"), f"/inbox/{row.id}#reply", lead, _("Your text is kept."))


def _sent(push: Push, made: Reply) -> dict[str, Any]:
    lead = session.get_one(Notification, push.notification_id)
    waits = _("Your reply waits for a yes. Tap to take it back")
    title = waits if made.state == State.ASKED else _("Your reply leaves in 10 seconds. Tap to undo")
    return _notification(title, f"/inbox/{made.conversation_id}#reply", lead, made.text)


def _notification(title: str, path: str, lead: Notification | None, body: str) -> dict[str, Any]:
    made = deciding.notification(title, path, lead.tag if lead else "message", _("Open"))
    return {"notification": {**made, "body": body.strip()[:200], "navigate": links.url(path)}}
