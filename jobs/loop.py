"""What the clock and the relay share: a loop that stops at once when asked and outlives the loss of the
database.
"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import redis
import sqlalchemy.exc

from webapp import db, logs
from webapp.ops import heartbeat

LOST = (sqlalchemy.exc.SQLAlchemyError, redis.RedisError, OSError)
"""What a turn may raise when the database or Redis is away: said once, then tried again."""


def stopping() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop


def turn_until(stop: threading.Event, name: str, turn: Callable[[], float]) -> None:
    """Call `turn` over and over, waiting the seconds it answers, with a heartbeat every few seconds.

    A lost database is logged once, then once more when it is back.
    """
    beaten, lost = 0.0, False
    while not stop.is_set():
        try:
            if time.monotonic() - beaten >= heartbeat.EVERY:
                heartbeat.beat(name)
                beaten = time.monotonic()
            wait = turn()
            if lost:
                logs.event("found", what=name)
            lost = False
        except LOST as error:
            if not lost:
                logs.error("lost", error, what=name)
            wait, lost = 1.0, True
        finally:
            db.rollback()
            db.session.remove()
        stop.wait(wait)
