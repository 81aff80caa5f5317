"""Claiming: who may send what, now. A claim is a lease with a fencing token that grows each time.

The row that a claim takes is the row that undoing an approval takes (`schedule.py`), so that of the two one comes
first. A claim waits for nobody: what somebody else holds is skipped. These are the only bulk moves of the lifecycle.
"""

import os
import secrets
import socket
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import db
from webapp.db import session

from .lifecycle import State
from .models import Attempt, Delivery

LEASE = timedelta(seconds=30)
"""How long a worker may be silent; it renews every ten seconds while it is sending."""

_me: list[tuple[int, str]] = []


def owner() -> str:
    """The name of this process on its claims, made anew after a fork."""
    if not _me or _me[0][0] != os.getpid():
        _me[:] = [(os.getpid(), f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}")]
    return _me[0][1]


def due(now: datetime, limit: int) -> Sequence[Delivery]:
    """Take what is due: `scheduled` becomes `sending`. The caller checks and writes the attempts before committing."""
    taken = db.claim(
        Delivery,
        [Delivery.state == State.SCHEDULED.value, Delivery.due_at <= now],
        Delivery.due_at,
        limit,
        state=State.SENDING.value,
        owner=owner(),
        lease_until=now + LEASE,
        token=Delivery.token + 1,
        tries=Delivery.tries + 1,
    )
    return _whole(taken)


def lost(now: datetime, limit: int = 100) -> Sequence[Delivery]:
    """Take over what a vanished worker was sending; the caller decides what it is now."""
    taken = db.claim(
        Delivery,
        [Delivery.state == State.SENDING.value, Delivery.lease_until < now],
        Delivery.lease_until,
        limit,
        owner=owner(),
        lease_until=now + LEASE,
        token=Delivery.token + 1,
    )
    return _whole(taken)


def unclear(now: datetime, limit: int) -> Sequence[Delivery]:
    """Take what is to be looked up. It stays `unknown`; a look that vanishes is made again after the lease."""
    return _later(Delivery.probe_at, [Delivery.state == State.UNKNOWN.value], now, limit)


def unwanted(now: datetime, limit: int) -> Sequence[Delivery]:
    """Take what is to be removed from its network. Asking twice does no harm."""
    return _later(Delivery.delete_at, [], now, limit)


def _later(
    column: sa.orm.InstrumentedAttribute[datetime | None], more: list[sa.ColumnElement[bool]], now: datetime, limit: int
) -> Sequence[Delivery]:
    values = {column.key: now + LEASE, "token": Delivery.token + 1}
    return _whole(db.claim(Delivery, [*more, column <= now], column, limit, **values))


def _whole(taken: Iterable[Delivery]) -> Sequence[Delivery]:
    """The claimed rows with their posts, revisions and channels, in one query."""
    ids = [delivery.id for delivery in taken]
    if not ids:
        return []
    query = sa.select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.due_at)
    return session.scalars(query.execution_options(populate_existing=True)).unique().all()


def renew(ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Extend this process's leases on what it is still sending."""
    session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(list(ids)), Delivery.state == State.SENDING.value, Delivery.owner == owner())
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def attempt(delivery: Delivery, kind: str, number: int, now: datetime) -> Attempt:
    """The row of a try, to be committed before the network is called."""
    made = Attempt(
        id=db.new_id(), delivery_id=delivery.id, number=number, token=delivery.token, kind=kind, started_at=now
    )
    session.add(made)
    return made


Tries = dict[int, tuple[int, datetime]]
"""By part: the number of its last try, and when its first began."""


def numbers(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Tries]:
    """What has been tried of each delivery."""
    rows = session.execute(
        sa.select(Attempt.delivery_id, Attempt.part, sa.func.max(Attempt.number), sa.func.min(Attempt.started_at))
        .where(Attempt.delivery_id.in_(list(ids)))
        .group_by(Attempt.delivery_id, Attempt.part)
    )
    found: dict[uuid.UUID, Tries] = {}
    for row in rows:
        found.setdefault(row[0], {})[row[1]] = (row[2], row[3])
    return found
