"""What a person does in answer to a message: a reply, a like, a hidden comment, words taken away again.

Nothing leaves at once: it waits ten seconds in which it can be undone, then goes out in attempts like a delivery. The
same tap twice is one; two people at once are told of each other (`standing.py`).
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import N_, _
from webapp.inbox.approval import guards, waits
from webapp.inbox.canned import filling
from webapp.inbox.canned.pictures import going
from webapp.inbox.canned.pictures.going import Shown
from webapp.inbox.models import Conversation, Message
from webapp.networks import network
from webapp.networks.answering import Answering, Hideable, Likeable, Removable
from webapp.networks.base import Account, Receipt
from webapp.people.permissions import Actor

from . import drafts, settle, standing
from .models import Reply
from .states import OPEN, State, move

UNDO = timedelta(seconds=10)
"""How long what was tapped can be taken back before it leaves."""
LONGEST = 10_000
DELETED = N_("The comment was deleted there, so nobody would see the reply. It is kept here.")
AT_ONCE = ("like", "unlike")
"""What leaves at once, since taking it back is the same tap again."""


def reply(
    conversation: Conversation,
    text: str,
    *,
    by: Actor,
    key: str,
    answered: Message | None = None,
    seen: str = "",
    sure: str = "",
    canned: Sequence[str] = (),
    pictures: Sequence[Shown] = (),
) -> Reply:
    """Answer; the same `key` again answers the same row. `seen` and `sure`: marks of `standing`.

    One that needs a yes waits for it (`approval/`), whoever sends it and however.
    Raises Invalid (field "text") for what cannot be sent, Collision when somebody else answered or is at it.
    """
    db.lock(conversation)
    before = _known(by, key)
    if before is not None:
        return before
    message = answered or to_answer(conversation)
    check(conversation, message, text)
    assert message
    standing.check(conversation, seen, sure, by)
    words = text.strip()
    why = guards.needed(conversation, words, by)
    state = (State.ASKED if why else State.WAITING).value
    more = {"text": words, "sure": bool(sure), "canned": list(canned), "state": state}
    more["pictures"] = going.frozen(pictures, conversation.channel)
    made = _row(conversation, message, "reply", by, key, **more)
    drafts.drop(conversation.id, by.id)
    _told(made, by, text=made.text)
    if why:
        waits.ask(made, why)
        settle.told(made, "asked", by)
    return made


def to_answer(conversation: Conversation) -> Message | None:
    """The newest message of theirs, deleted ones only when there is no other."""
    query = sa.select(Message).where(Message.conversation_id == conversation.id, Message.side == "in")
    order = (Message.deleted_at.is_not(None), Message.at.desc(), Message.id.desc())
    return session.scalars(query.order_by(*order).limit(1)).first()


def check(conversation: Conversation, message: Message | None, text: str) -> None:
    """Raises Invalid when this cannot be sent as an answer to the message."""
    connector = network(conversation.channel.network)
    if message is None or not isinstance(connector, Answering):
        raise Invalid(fields={"text": _("This cannot be answered from here.")})
    if message.deleted_at is not None:
        raise Invalid(fields={"text": _(DELETED)})
    words = text.strip()
    if not words:
        raise Invalid(fields={"text": _("Write something first.")})
    missing = filling.unfilled(words)
    if missing:
        raise Invalid(fields={"text": _("Fill in %(names)s first.", names=", ".join(missing))})
    limits = connector.limits_for(_plain(conversation.channel))
    measure = connector.measure(connector.as_sent(message.handle, words), limits)
    if measure.over:
        said = {"used": measure.used, "limit": measure.limit}
        raise Invalid(fields={"text": _("This is too long there: %(used)s of %(limit)s.", **said)})


def act(message: Message, conversation: Conversation, kind: str, *, by: Actor, key: str) -> Reply:
    """Like, hide or delete, or take that back. Raises Conflict where the network has no such thing."""
    db.lock(conversation)
    before = _known(by, key)
    if before is not None:
        return before
    if kind not in able(conversation, message):
        raise Conflict(_("This cannot be done there. Look again."))
    made = _row(conversation, message, kind, by, key, canned=[])
    _told(made, by)
    return made


def able(conversation: Conversation, message: Message) -> list[str]:
    """What can be done with a message now."""
    there, here = network(conversation.channel.network), message.deleted_at is None
    found = []
    if message.side == "in" and here and isinstance(there, Likeable):
        found.append("unlike" if message.liked_at else "like")
    hideable = message.side == "in" and here and isinstance(there, Hideable)
    if hideable and there.may_hide(_plain(conversation.channel), message.handle):  # type: ignore[attr-defined]
        found.append("unhide" if message.hidden_at else "hide")
    if message.side == "out" and here and isinstance(there, Removable):
        found.append("delete")
    return found


def _plain(channel: Channel) -> Account:
    """The channel for questions that need no secret."""
    limits = dict(channel.limits)
    return Account(str(channel.id), channel.remote_id, channel.handle, channel.server, limits=limits)


def _known(by: Actor, key: str) -> Reply | None:
    return session.scalars(sa.select(Reply).where(Reply.key == digest(by, key))).unique().first()


def digest(by: Actor, key: str) -> str:
    """What is stored of the key of a tap: nobody can take another's."""
    return hashlib.sha256(f"{by.organization_id} {by.id} {key}".encode()).hexdigest()


def _row(conversation: Conversation, message: Message, kind: str, by: Actor, key: str, **more: object) -> Reply:
    now = times.now()
    made = Reply(
        id=db.new_id(),
        organization_id=conversation.organization_id,
        region_id=conversation.region_id,
        channel_id=conversation.channel_id,
        conversation_id=conversation.id,
        message_id=message.id,
        person_id=by.id,
        kind=kind,
        key=digest(by, key),
        created_at=now,
        due_at=now if kind in AT_ONCE else now + UNDO,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def _told(reply: Reply, by: Actor, text: str | None = None) -> None:
    where = str(reply.conversation_id)
    events.record("reply.written", reply, by=by, text=text, conversation=where, what=reply.kind, canned=reply.canned)


def undo(reply: Reply, by: Actor) -> bool:
    """Take it back before it leaves; its words are a draft again. Raises Conflict once it is on its way.

    Answers whether the words are back in the field (there may be others by now).
    """
    row = settle.locked(reply.id, reply.conversation_id)
    if row.state == State.UNDONE:
        return True
    if row.state not in (State.ASKED, State.BACK, State.WAITING, State.HELD, State.FAILED):
        raise Conflict(_("It is on its way already. You can delete it once it is there."))
    waits.withdraw(row)
    move(row, State.UNDONE)
    row.token += 1
    back = row.kind != "reply" or drafts.give_back(row)
    settle.told(row, "undone", by)
    return back


def again(reply: Reply, by: Actor) -> None:
    """A person decides that what was held or refused goes out now. Raises Conflict when it moved on by itself."""
    row = settle.locked(reply.id, reply.conversation_id)
    if row.state not in (State.HELD, State.FAILED):
        raise Conflict(_("This has been decided already, or it moved on by itself. Look again."))
    if row.kind == "reply":
        check(row.conversation, row.message, row.text)
        drafts.drop(row.conversation_id, row.person_id)
    move(row, State.WAITING)
    row.due_at, row.tries, row.sure = times.now(), 0, True
    row.token += 1
    settle.told(row, "released", by)


def decide(reply: Reply, there: bool, by: Actor) -> None:
    """A person has looked: an unknown reply is there, or it is not and its words come back."""
    row = settle.locked(reply.id, reply.conversation_id)
    if row.state != State.UNKNOWN:
        raise Conflict(_("This has been decided already, or it moved on by itself. Look again."))
    row.token += 1
    if there:
        settle.sent(row, Receipt(""), times.now(), by)
    else:
        move(row, State.UNDONE)
        drafts.give_back(row)
        settle.told(row, "undone", by)


def leaves_in(reply: Any, now: datetime) -> int:
    """Seconds until a reply, or a row of `open_states`, leaves; 0 when it may leave now."""
    return max(0, round((reply.due_at - now).total_seconds()))


def open_states(conversation_id: uuid.UUID) -> Sequence[Any]:
    """State and hour of the same."""
    return session.execute(_open_states(), {"conversation": conversation_id}).all()


@cache
def _open_states() -> sa.Select[str, datetime]:
    mine = (Reply.conversation_id == sa.bindparam("conversation"), Reply.state.in_([state.value for state in OPEN]))
    return sa.select(Reply.state, Reply.due_at).where(*mine).order_by(Reply.id)


def open_ones(conversation_id: uuid.UUID) -> list[Reply]:
    """What is on its way or waits for a person, the oldest first."""
    where = (Reply.conversation_id == conversation_id, Reply.state.in_([state.value for state in OPEN]))
    return list(session.scalars(sa.select(Reply).where(*where).order_by(Reply.id)).unique())
