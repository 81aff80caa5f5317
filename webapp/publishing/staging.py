"""Handing pictures over ahead of time, so that at its minute a post is one short call.

Up to ten minutes before its slot a cleared delivery that no pause stops gets its pictures uploaded; nobody sees them
until the post itself is made, and the send asks every question again. A claim is a lease (`stage_at`) whose number
(`stages`) is the fence. What goes wrong here is tried again quietly and never changes the delivery: at its time it is
sent with what there is. Uploads run in threads of their own, so that no worker waits for them.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc

from webapp import db, logs, times
from webapp.channels.account import account
from webapp.channels.models import Channel
from webapp.db import session
from webapp.networks import NETWORKS
from webapp.networks.base import Account, Draft, NetworkError, Remedy, Staging
from webapp.posts import revisions
from webapp.posts.models import Revision

from . import outgoing, presend, retry, staged, threads
from .lifecycle import State
from .models import Delivery

AHEAD = timedelta(minutes=10)
LEASE = timedelta(minutes=3)
"""How long one upload may be silent before another process tries."""
STOPPED = timedelta(minutes=1)
"""When a delivery that may not go now (paused, not cleared) is looked at again."""
FRESH = timedelta(minutes=20)
"""After this what was handed over is handed over again, if the delivery was moved and is ten minutes away again."""
THREADS = 6
LOOK = 100

_under_way: set[threading.Thread] = set()
_door = threading.Lock()


@dataclass(frozen=True)
class Ticket:
    """The pictures of one delivery, as plain values. `number` is the fence."""

    delivery_id: uuid.UUID
    number: int
    connector: Staging
    account: Account
    draft: Draft
    due_at: datetime


def stage_ahead() -> int:
    """Start what is to be handed over and return at once; answers how many uploads were started."""
    with _door:
        _under_way.difference_update([thread for thread in _under_way if not thread.is_alive()])
        tickets = take(THREADS - len(_under_way))
        for ticket in tickets:
            thread = threading.Thread(target=_carry, args=(ticket,), name="stage", daemon=True)
            _under_way.add(thread)
            thread.start()
    return len(tickets)


def _carry(ticket: Ticket | None) -> None:
    """One upload after the other, until none is left."""
    while ticket:
        try:
            stage(ticket)
            ticket = next(iter(take(1)), None)
        except sqlalchemy.exc.SQLAlchemyError as error:  # the lease runs out, the sweep comes round
            logs.error("stage", error)
            return
        finally:
            db.rollback()
            session.remove()


def take(limit: int) -> list[Ticket]:
    """Claim at most so many and commit. Nothing to hand over: no lock is taken."""
    now = times.now()
    bare, found = _look(now) if limit > 0 else ([], [])
    if not bare and not found:
        return []
    _claim(bare, now, LOOK, stage_at=Delivery.due_at)
    batch = _claim(found, now, limit, stage_at=now + LEASE, stages=Delivery.stages + 1)
    stops = presend.stops(batch, now) if batch else {}
    for delivery in batch:
        if delivery.id in stops:
            delivery.stage_at = now + STOPPED
    tickets = [_ticket(delivery) for delivery in batch if delivery.id not in stops]
    db.commit()
    session.expunge_all()
    return tickets


def _wanted(now: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        Delivery.state == State.SCHEDULED.value,
        Delivery.due_at > now,
        Delivery.due_at <= now + AHEAD,
        Delivery.edits_id.is_(None),
        sa.or_(Delivery.stage_at.is_(None), Delivery.stage_at <= now),
    ]


def _look(now: datetime) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """Those without pictures, and those with, the nearest first."""
    able = [key for key, connector in NETWORKS.items() if isinstance(connector, Staging)]
    query = (
        sa.select(Delivery.id, Delivery.channel_id, Delivery.part, Revision.content)
        .join(Revision, Revision.id == Delivery.revision_id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(*_wanted(now), Channel.network.in_(able))
        .order_by(Delivery.due_at)
        .limit(LOOK)
    )
    db.read_only()
    try:
        rows = session.execute(query).all()
    finally:
        session.remove()
    sorted_: tuple[list[uuid.UUID], list[uuid.UUID]] = ([], [])
    for row in rows:
        entry = revisions.entry_for(row.content, row.channel_id)
        sorted_[bool(entry and threads.pictures(entry, row.part))].append(row.id)
    return sorted_


def _claim(ids: list[uuid.UUID], now: datetime, limit: int, **values: Any) -> Sequence[Delivery]:
    taken = db.claim(Delivery, [Delivery.id.in_(ids), *_wanted(now)], Delivery.due_at, limit, **values) if ids else []
    if not taken:
        return []
    query = sa.select(Delivery).where(Delivery.id.in_([row.id for row in taken])).order_by(Delivery.due_at)
    return session.scalars(query.execution_options(populate_existing=True)).unique().all()


def _ticket(delivery: Delivery) -> Ticket:
    connector = NETWORKS[delivery.channel.network]
    assert isinstance(connector, Staging)
    who = account(delivery.channel)
    return Ticket(delivery.id, delivery.stages, connector, who, outgoing.draft(delivery), delivery.due_at)


def stage(ticket: Ticket) -> bool:
    """Upload with no transaction open, then write down what came of it; False when it serves nobody any more."""
    began = times.now()
    try:
        media = ticket.connector.stage(ticket.account, ticket.draft)
    except Exception as fault:
        logs.event("stage", delivery=ticket.delivery_id, error=getattr(fault, "code", type(fault).__name__))
        return _settle(ticket, (), began, _again_at(ticket, fault))
    return _settle(ticket, media, began, began + FRESH)


def _again_at(ticket: Ticket, fault: Exception) -> datetime:
    """When to try again: at the send, if waiting mends nothing."""
    if isinstance(fault, outgoing.Changed):
        return ticket.due_at
    if isinstance(fault, NetworkError) and fault.remedy not in (Remedy.RETRY, Remedy.UNKNOWN):
        return ticket.due_at
    wanted = fault.retry_at if isinstance(fault, NetworkError) else None
    return retry.again_at(min(ticket.number, retry.TRIES - 1), times.now(), wanted) or ticket.due_at


def _settle(ticket: Ticket, media: tuple[str, ...], began: datetime, next_at: datetime) -> bool:
    session.remove()
    query = sa.select(Delivery).where(Delivery.id == ticket.delivery_id)
    delivery = session.scalars(query if db.is_sqlite() else query.with_for_update(of=Delivery)).unique().one()
    ours = delivery.state == State.SCHEDULED and delivery.stages == ticket.number
    if ours:
        delivery.stage_at = next_at
        if media:
            staged.put(delivery, ticket.draft, media, began)
    db.commit()
    session.remove()
    return ours


def join(seconds: float) -> None:
    """Wait for the uploads under way in this process, at most so long each."""
    for thread in list(_under_way):
        thread.join(seconds)
