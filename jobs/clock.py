"""The clock: rings for what is due, a moment after it is due, and for the sweeps that come round.

It sleeps until the next due instant, a second at most (work may appear at any time), and rings `publish_due` or
`replies_due`; the worker does the sending. Several clocks may run: rings are one job while it waits, sweeps are
shared by a lease in the database, and a delivery is claimed by one sender only. When Redis is away, or when something
due has waited some seconds because no worker answers, the clock runs the sweep itself in a thread: losing Redis
or the workers costs seconds, never a post.
"""

import threading
import time
from datetime import datetime, timedelta

from webapp import db, leases, times
from webapp.config import Config
from webapp.inbox.replying.claim import next_due as next_reply
from webapp.publishing.due import next_due

from . import perform, start
from .loop import stopping, turn_until
from .queue import ring
from .sweeps import PERIODIC

IDLE = 1.0
"""Seconds between two looks when nothing is near."""
BUSY = 0.1
"""Seconds between two looks while something is due and not yet taken."""
UNANSWERED = timedelta(seconds=3)
"""How long something may be due before the clock helps."""
STUCK = timedelta(seconds=30)
"""What has been due longer is not looked at faster than once a second."""

_helpers: dict[str, threading.Thread] = {}
_next: dict[str, float] = {}


def run(config: Config) -> None:
    """Be the clock until SIGTERM; then let a sweep that is being helped with end."""
    start.start("clock", config)
    turn_until(stopping(), "clock", turn)
    for helper in list(_helpers.values()):
        helper.join(timeout=5)


def turn() -> float:
    """Ring for what is due; answers the seconds until the next look."""
    now = times.now()
    waits = _next_due(now)
    for name, at in waits.items():
        if at is not None and at <= now and (not ring(name) or now - at > UNANSWERED):
            help_with(name)
    for name, seconds in PERIODIC.items():
        _come_round(name, seconds, now)
    return _pause(min((at for at in waits.values() if at is not None), default=None), now)


def _next_due(now: datetime) -> dict[str, datetime | None]:
    """When each of the two senders is needed next."""
    db.read_only()
    try:
        return {"publish_due": next_due(now), "replies_due": next_reply(now)}
    finally:
        db.session.remove()


def _pause(due: datetime | None, now: datetime) -> float:
    if due is None:
        return IDLE
    if due <= now:
        return BUSY if now - due < STUCK else IDLE
    return min(IDLE, max(0.0, (due - times.now()).total_seconds()))


def _come_round(name: str, seconds: float, now: datetime) -> None:
    """Start a sweep once a period over all clocks."""
    if time.monotonic() < _next.get(name, 0.0):
        return
    first = leases.every(name, seconds * 0.9, now)
    db.commit()
    _next[name] = time.monotonic() + seconds
    if first and not ring(name):
        help_with(name)


def help_with(name: str) -> None:
    """Run a sweep here, unless this clock is still at it."""
    helper = _helpers.get(name)
    if helper is None or not helper.is_alive():
        _helpers[name] = threading.Thread(target=_quietly, args=(name,), name=f"help-{name}", daemon=True)
        _helpers[name].start()


def _quietly(name: str) -> None:
    try:
        perform(name)
    except Exception:
        return  # `perform` has logged it, and the next turn tries again
