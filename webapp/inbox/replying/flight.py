"""One call to a network for a reply, made in a thread with no transaction open.

Right before the call two last looks: here (is it still ours, was it paused, is the comment still there) and there (has
somebody answered on the network itself since it was written). `fly` never raises; `settle.py` writes its answer down.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from webapp import db, logs
from webapp.channels.health import Disconnected, second_look
from webapp.channels.models import Channel
from webapp.inbox.approval import waits
from webapp.inbox.approval.models import ReplyApproval
from webapp.inbox.models import Message
from webapp.networks import network
from webapp.networks.answering import Answering, Hideable, Likeable, Picturing, Removable, gone
from webapp.networks.base import Absent, Account, Draft, NetworkError, Picture, Receipt, Remedy, Unknown
from webapp.people.models import Region
from webapp.publishing import outgoing, pauses
from webapp.publishing.flight import Crashed, Stopped

from .models import Reply
from .states import State


@dataclass(frozen=True)
class Ticket:
    """One call, as plain values. `since`: when the first try began; `known`: what of ours stands there, as we know."""

    reply_id: uuid.UUID
    attempt_id: uuid.UUID
    token: int
    what: str
    kind: str
    network: str
    account: Account
    handle: dict[str, Any]
    text: str
    pictures: tuple[Picture, ...]
    key: str
    at: datetime
    since: datetime
    target: str
    sure: bool
    known: frozenset[str]


class Done:
    """A like, a hiding or a deletion has happened."""


Outcome = Receipt | Absent | Unknown | Done | Stopped | Crashed | Disconnected | NetworkError


def fly(ticket: Ticket) -> Outcome:
    """Make the call and answer what came of it."""
    sent = [False]
    try:
        return _probe(ticket) if ticket.what == "probe" else _send(ticket, sent)
    except outgoing.Changed:
        return Stopped("changed")
    except NetworkError as error:
        return second_look(ticket.network, ticket.account, error)
    except Exception as error:
        logs.error("reply", error, reply=ticket.reply_id, network=ticket.network)
        return Crashed(sent[0])
    finally:
        db.session.remove()


def _send(ticket: Ticket, sent: list[bool]) -> Outcome:
    if ticket.kind != "reply":
        return _last_look(ticket) or _act(ticket)
    connector = cast(Answering, network(ticket.network))
    draft = _uploaded(ticket)
    if not ticket.sure and _answered_there(connector, ticket):
        return Stopped("answered")
    stopped = _last_look(ticket)
    if stopped:
        return stopped
    sent[0] = True
    if draft.pictures:
        return cast(Picturing, connector).reply_with(ticket.account, ticket.handle, draft)
    return connector.reply(ticket.account, ticket.handle, ticket.text, ticket.key, ticket.at)


def _uploaded(ticket: Ticket) -> Draft:
    """The answer with its pictures handed over; that part may be done any number of times, nobody sees it."""
    draft = Draft(ticket.key, ticket.text, ticket.pictures, planned_at=ticket.at)
    if not draft.pictures:
        return draft
    return replace(draft, staged=cast(Picturing, network(ticket.network)).stage(ticket.account, draft))


def _answered_there(connector: Answering, ticket: Ticket) -> bool:
    """Whether something of ours stands under the message that we do not know of. A refusal to tell stops nothing."""
    try:
        return bool(set(connector.answered(ticket.account, ticket.handle)) - ticket.known)
    except NetworkError as error:
        if error.remedy in (Remedy.RETRY, Remedy.RECONNECT) or error.code == gone().code:
            raise
        return False


def _act(ticket: Ticket) -> Outcome:
    _ACTS[ticket.kind](network(ticket.network), ticket)
    return Done()


def _probe(ticket: Ticket) -> Outcome:
    connector = cast(Answering, network(ticket.network))
    return connector.probe_reply(ticket.account, ticket.handle, ticket.text, ticket.key, ticket.at, ticket.since)


_ACTS: dict[str, Callable[[Any, Ticket], None]] = {
    "like": lambda there, t: cast(Likeable, there).like(t.account, t.handle),
    "unlike": lambda there, t: cast(Likeable, there).unlike(t.account, t.handle),
    "hide": lambda there, t: cast(Hideable, there).hide(t.account, t.handle),
    "unhide": lambda there, t: cast(Hideable, there).unhide(t.account, t.handle),
    "delete": lambda there, t: cast(Removable, there).remove(t.account, t.handle, t.target),
}


def _last_look(ticket: Ticket) -> Stopped | None:
    """A moment before the call. Raises NetworkError when the comment was deleted there."""
    db.read_only()
    try:
        row = db.session.execute(_LOOK, {"id": ticket.reply_id}).one()
        reply, path, deleted_at, approval = row
        if reply.state != State.SENDING.value or reply.token != ticket.token:
            return Stopped("fenced")
        if deleted_at is not None and ticket.kind in ("reply", "like"):
            raise gone()
        if not waits.cleared(reply, approval):
            return Stopped("approval")
        found = pauses.over(pauses.active([reply.organization_id]), reply.channel_id, path)
        return Stopped("pause") if found and reply.created_at <= found.at and not reply.sure else None
    finally:
        db.session.remove()


_LOOK = (
    sa.select(Reply, Region.path, Message.deleted_at, ReplyApproval)
    .options(sa.orm.lazyload("*"))
    .join(Channel, Channel.id == Reply.channel_id)
    .join(Region, Region.id == Channel.region_id)
    .join(Message, Message.id == Reply.message_id)
    .outerjoin(ReplyApproval, ReplyApproval.reply_id == Reply.id)
    .where(Reply.id == sa.bindparam("id"))
)
