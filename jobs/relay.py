"""The relay: seals events in commit order and tells those who listen, a moment after the commit.

Many may run; one at a time does the work, under a lease that is taken in the very transaction that seals, so
that two never write the same link. What the listeners made (mail, later push) is then rung for.
"""

import os
import secrets
import socket
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, events, leases, times
from webapp.config import Config

from . import start
from .loop import stopping, turn_until
from .queue import ring
from .sweeps import AFTER_RELAY

IDLE = 0.2
"""Seconds between two looks, well under the promised second: what gathers in it is told together."""
LEASE = 10.0

_owner: list[str] = []


def run(config: Config) -> None:
    """Be a relay until SIGTERM."""
    start.start("relay", config)
    _owner[:] = [f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"]
    turn_until(stopping(), "relay", turn)


def turn() -> float:
    """Seal and tell what waits; answers the seconds until the next look."""
    if not _waiting():
        return IDLE
    now = times.now()
    if not leases.take("relay", _owner[0], LEASE, now):
        return IDLE
    sealed, told = events.seal_pending(now), events.tell_pending(now)
    db.commit()
    if told:
        for name in AFTER_RELAY:
            ring(name)
    return 0.0 if sealed >= events.SEALED_AT_ONCE or told >= events.TOLD_AT_ONCE else IDLE


def _waiting() -> bool:
    """Whether an event waits to be sealed or told: a look that takes no lock."""
    soon = times.now() + timedelta(seconds=IDLE)
    ready = sa.or_(events.Pending.sealed.is_(False), events.Pending.next_at.is_(None), events.Pending.next_at <= soon)
    db.read_only()
    try:
        return bool(db.session.scalar(sa.select(sa.exists().where(ready))))
    finally:
        db.session.remove()
