"""The worker: takes jobs from the queue and runs them in this very process.

RQ's SimpleWorker, not the one that forks for each job: it is three to five times faster, keeps connections
warm, shares the memory it was forked from, and leaves no child behind when it is killed. What a fork would
protect against is handled where it belongs: a job that dies takes this process with it, the supervisor starts
another, and leases in the database hand the work on. The engine is made after the fork, so no connection is
shared.
"""

import os
import secrets
import signal
import socket
import threading
from contextlib import suppress
from types import FrameType

import redis
import sqlalchemy.exc
from rq.worker import SimpleWorker

from webapp import db, logs
from webapp.config import Config
from webapp.push import sealing

from . import start
from .queue import Listed, Signed, queue

RETRY = 1.0
"""Seconds until a lost Redis is tried again."""


class Worker(SimpleWorker):
    """Obeys nobody through Redis: no commands by publish/subscribe, no suspension. Looks for a lost Redis
    often.
    """

    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def subscribe(self) -> None:
        """RQ would listen for shutdown and kill commands here."""

    def check_for_suspension(self, burst: bool) -> None:
        """RQ would stop here while a key in Redis says so; pausing is done in the database."""


def run(config: Config) -> None:
    """Work until SIGTERM: the job under way ends first. A lost Redis is waited for."""
    start.start("worker", config)
    _get_ready()
    stop, lost = threading.Event(), False
    while not stop.is_set():
        _listen(stop)
        try:
            if _work(config):
                return
            lost = False
        except (redis.RedisError, OSError) as error:
            if not lost:
                logs.error("lost", error, what="redis")
            lost = True
        stop.wait(RETRY)


def _get_ready() -> None:
    """Be quick at the first push too. Without a database there is none to wait for."""
    with suppress(sqlalchemy.exc.SQLAlchemyError):
        sealing.get_ready()
    db.session.remove()


def _listen(stop: threading.Event) -> None:
    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)


def _work(config: Config) -> bool:
    """Take jobs until asked to stop (True) or until Redis is lost (False, or its error)."""
    own = redis.Redis.from_url(config.redis_url, socket_connect_timeout=2)
    name = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}"
    worker = Worker(
        [queue(own)],
        name=name,
        connection=own,
        job_class=Listed,
        serializer=Signed,
        worker_ttl=60,
        default_result_ttl=0,
        log_job_description=False,
    )
    worker.work(logging_level="ERROR")
    return worker._shutdown_requested_date is not None
