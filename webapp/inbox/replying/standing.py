"""What stands in a conversation already: the newest answer of ours and who has claimed it.

A form carries the mark of what its page showed. Whoever answers over something newer, or over somebody's claim, is told
and says once more that they mean it; that yes names the mark it was given for, so that something newer still asks anew.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.errors import Invalid
from webapp.events import Actor
from webapp.i18n import _
from webapp.inbox import deadlines
from webapp.inbox.models import Conversation, Message
from webapp.inbox.work import presence
from webapp.people.models import Person

from .models import Reply
from .states import STANDING


@dataclass(frozen=True)
class Standing:
    """`mark` names the newest answer, `claim` whose claim it is ("" nobody's, or this person's own)."""

    mark: str
    text: str = ""
    by: str = ""
    native: bool = False
    claim: str = ""
    claimed_by: str = ""

    @property
    def whole(self) -> str:
        """What a yes is given for."""
        return f"{self.mark}.{self.claim}" if self.claim else self.mark


class Collision(Invalid):
    """Somebody else has answered, or is at it. `standing` says who and what."""

    def __init__(self, standing: Standing, message: str) -> None:
        super().__init__(message, {"text": message})
        self.standing = standing


def of(conversation: Conversation, by: Actor) -> Standing:
    """How it stands now, for this person."""
    message = session.execute(_said(), {"conversation": conversation.id}).first()
    reply = session.execute(_on_its_way(), {"conversation": conversation.id}).first()
    other = next((p for p in presence.others(conversation, by) if _claims(p)), None)
    claim, claimed_by = (other.person_id.hex, other.person.name) if other else ("", "")
    newest = _newest(message, reply)
    if newest is None:
        return Standing(_mark(message, reply), claim=claim, claimed_by=claimed_by)
    native = newest is message and message.by_id is None
    return Standing(_mark(message, reply), newest.text, newest.name or "", native, claim, claimed_by)


def mark(conversation_id: uuid.UUID) -> str:
    """The newest answer of ours, as a form or a notification names it."""
    message = session.execute(_said(), {"conversation": conversation_id}).first()
    return _mark(message, session.execute(_on_its_way(), {"conversation": conversation_id}).first())


def _newest(message: Any, reply: Any) -> Any:
    if message is None or (reply is not None and reply.created_at >= message.first_seen_at):
        return reply
    return message


def _mark(message: Any, reply: Any) -> str:
    return "-".join(row.id.hex if row is not None else "0" for row in (message, reply))


def _claims(row: presence.Presence) -> bool:
    return row.claimed_until is not None and row.claimed_until > times.now()


def check(conversation: Conversation, seen: str, sure: str, by: Actor) -> None:
    """Raises Collision when this person may not know how it stands. The conversation is locked by the caller."""
    now = of(conversation, by)
    if sure and sure == now.whole:
        return
    if now.mark != seen:
        raise Collision(now, _newer(now))
    if now.claim:
        raise Collision(now, _("%(name)s said: I am on it. Send it all the same?", name=now.claimed_by))


def _newer(now: Standing) -> str:
    if now.native:
        return _("Somebody answered on the network itself while you wrote. Send yours all the same?")
    if now.by:
        return _("%(name)s answered while you wrote. Send yours all the same?", name=now.by)
    return _("Something changed while you wrote. Send it all the same?")


def known(conversation_id: uuid.UUID, reply: Reply) -> frozenset[str]:
    """Ids there of our own words that whoever wrote the reply could know of."""
    before = sa.or_(Message.first_seen_at <= reply.created_at, Message.by_id.is_not(None))
    where = (Message.conversation_id == conversation_id, Message.side == "out", before)
    ours = sa.select(Reply.remote_id).where(Reply.conversation_id == conversation_id, Reply.remote_id != "")
    return frozenset(session.scalars(sa.select(Message.remote_id).where(*where).union(ours)))


def answered(conversation: Conversation) -> None:
    """An answer of ours is there: nothing waits for one any more, unless something newer came."""
    session.flush()
    deadlines.set_due(conversation)
    if conversation.due_at is None:
        conversation.unanswered = 0
    conversation.version += 1


@cache
def _said() -> "sa.Select[uuid.UUID, str, uuid.UUID | None, datetime, str]":
    return (
        sa.select(Message.id, Message.text, Message.by_id, Message.first_seen_at, Person.name)
        .outerjoin(Person, Person.id == Message.by_id)
        .where(Message.conversation_id == sa.bindparam("conversation"), Message.side == "out")
        .order_by(Message.first_seen_at.desc(), Message.id.desc())
        .limit(1)
    )


@cache
def _on_its_way() -> "sa.Select[uuid.UUID, str, datetime, str]":
    states = [state.value for state in STANDING]
    return (
        sa.select(Reply.id, Reply.text, Reply.created_at, Person.name)
        .join(Person, Person.id == Reply.person_id)
        .where(Reply.conversation_id == sa.bindparam("conversation"), Reply.kind == "reply", Reply.state.in_(states))
        .order_by(Reply.created_at.desc(), Reply.id.desc())
        .limit(1)
    )
