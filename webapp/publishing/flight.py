"""One call to a network, made in a thread with no transaction open.

A `Ticket` is everything the call needs, as plain values. `fly` never raises: its answer is an outcome that
`settle.py` writes down.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from webapp import db, logs
from webapp.channels.health import Disconnected, second_look
from webapp.channels.models import Channel
from webapp.networks import network
from webapp.networks.base import (
    Absent,
    Account,
    Deletable,
    Draft,
    Editable,
    NetworkError,
    Receipt,
    Staging,
    Unknown,
)
from webapp.people.models import Region
from webapp.posts.models import Revision

from . import outgoing, pauses
from .lifecycle import State
from .models import Delivery


@dataclass(frozen=True)
class Ticket:
    """One call: `kind` is send, edit, probe or delete; `since` when the first try began."""

    delivery_id: uuid.UUID
    post_id: uuid.UUID
    attempt_id: uuid.UUID
    token: int
    kind: str
    network: str
    account: Account
    revision: Revision
    draft: Draft | None
    remote_id: str
    since: datetime


class Removed:
    """The network no longer has it."""


@dataclass(frozen=True)
class Stopped:
    """The call was not made: `changed` (not what was approved), `pause`, `fenced` (somebody else has it now), or, for a
    reply, `answered` (there, meanwhile)."""

    why: str


@dataclass(frozen=True)
class Crashed:
    """A defect of ours. `sent`: the network may have been reached."""

    sent: bool


Outcome = Receipt | Absent | Unknown | Removed | Stopped | Crashed | Disconnected | NetworkError


def fly(ticket: Ticket) -> Outcome:
    """Make the call and answer what came of it."""
    sent = [False]
    try:
        return _CALLS[ticket.kind](ticket, sent)
    except outgoing.Changed:
        return Stopped("changed")
    except NetworkError as error:
        return second_look(ticket.network, ticket.account, error)
    except Exception as error:
        logs.error("send", error, delivery=ticket.delivery_id, network=ticket.network)
        return Crashed(sent[0])
    finally:
        db.session.remove()


def _send(ticket: Ticket, sent: list[bool]) -> Outcome:
    connector = network(ticket.network)
    draft = outgoing.approved(ticket.revision, ticket.draft)
    if isinstance(connector, Staging) and draft.pictures and not draft.staged:
        draft = replace(draft, staged=connector.stage(ticket.account, draft))
    stopped = last_look(ticket)
    if stopped:
        return stopped
    sent[0] = True
    return connector.publish(ticket.account, draft)


def _edit(ticket: Ticket, sent: list[bool]) -> Outcome:
    draft = outgoing.approved(ticket.revision, ticket.draft)
    stopped = last_look(ticket)
    if stopped:
        return stopped
    return cast(Editable, network(ticket.network)).edit(ticket.account, ticket.remote_id, draft)


def _probe(ticket: Ticket, sent: list[bool]) -> Outcome:
    assert ticket.draft
    return network(ticket.network).probe(ticket.account, ticket.draft, ticket.since)


def _delete(ticket: Ticket, sent: list[bool]) -> Outcome:
    cast(Deletable, network(ticket.network)).delete(ticket.account, ticket.remote_id)
    return Removed()


_CALLS: dict[str, Any] = {"send": _send, "edit": _edit, "probe": _probe, "delete": _delete}


def last_look(ticket: Ticket) -> Stopped | None:
    """A moment before the call: is it still ours, and has posting been paused since it was claimed?"""
    db.read_only()
    try:
        row = db.session.execute(_LOOK, {"id": ticket.delivery_id}).one()
        delivery, path = row[0], row[1]
        if delivery.state != State.SENDING.value or delivery.token != ticket.token:
            return Stopped("fenced")
        found = pauses.over(pauses.active([delivery.organization_id]), delivery.channel_id, path)
        exempt = found and delivery.released_at is not None and delivery.released_at > found.at
        return Stopped("pause") if found and not exempt else None
    finally:
        db.session.remove()


_LOOK = (
    sa.select(Delivery, Region.path)
    .options(sa.orm.lazyload("*"))
    .join(Channel, Channel.id == Delivery.channel_id)
    .join(Region, Region.id == Channel.region_id)
    .where(Delivery.id == sa.bindparam("id"))
)
