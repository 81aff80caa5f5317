"""The doorbell: RQ on Redis, made safe against whoever can write to Redis.

RQ runs whatever function a job names, and its callbacks and webhooks are outside any signature. So every
queue and worker here uses `Listed`, a job that runs only names on our list and reads only harmless fields,
and `Signed`, a serializer that signs its JSON. A copied signed job can at worst run a sweep once more, and
every job may run twice.

Redis is only the bell. `ring` never raises: when Redis is away it answers False, and the clock does the work
itself.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job

from webapp.config import Config
from webapp.vault import vault

from . import JOBS, UnknownJob, perform

NAME = "nod"
LIMIT = 600
"""Seconds after which a job is interrupted."""
WAITING = 60
"""Seconds a job may wait for a worker before it is forgotten (the clock rings again)."""
FAILED = 3600
"""Seconds a failed job is kept for looking at."""
RUNG = 5
"""Seconds a ring keeps others of its name quiet when no worker answers the door."""

_FIELDS = frozenset(
    b"data created_at enqueued_at started_at ended_at last_heartbeat status worker_name".split()
    + b"result_ttl failure_ttl".split()
)
_connections: list[redis.Redis] = []


class Forged(ValueError):
    """The signature of a job does not fit: somebody else wrote it."""


class Signed:
    """RQ's serializer protocol as a class: JSON behind an HMAC under a key of the vault."""

    @staticmethod
    def dumps(value: object) -> bytes:
        """Signed JSON."""
        body = json.dumps(value, separators=(",", ":")).encode()
        return _mac(body).encode() + b"." + body

    @staticmethod
    def loads(data: bytes) -> Any:
        """What `dumps` was given. Raises Forged before a byte of it is parsed."""
        mac, _, body = data.partition(b".")
        if not hmac.compare_digest(mac, _mac(body).encode()):
            raise Forged
        return json.loads(body)


def _mac(body: bytes) -> str:
    return hmac.new(vault().derive("jobs"), body, hashlib.sha256).hexdigest()


class Listed(Job):
    """A job that runs only what is on our list, with text ids, and has neither callbacks nor webhooks."""

    def restore(self, raw_data: Mapping[bytes, bytes]) -> Any:
        """Read the harmless fields of a stored job. One that cannot be read does not exist."""
        kept = {name: value for name, value in raw_data.items() if name in _FIELDS}
        try:
            super().restore(kept)
        except Exception as error:
            raise NoSuchJobError from error
        self.origin, self.timeout = NAME, LIMIT

    @property
    def func(self) -> Callable[..., object]:
        """The listed function, through the one wrapper. Raises UnknownJob or Forged."""
        name, ids = self.func_name, self.args
        plain = self.instance is None and not self.kwargs and all(isinstance(i, str) for i in ids)
        if not plain or name not in JOBS:
            raise UnknownJob
        _hush(name, ids)
        return partial(perform, name)


def connect(config: Config) -> redis.Redis:
    """Set this process's connection. It fails fast: nobody waits for a bell."""
    _connections[:] = [
        redis.Redis.from_url(config.redis_url, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 0))
    ]
    return _connections[0]


def connection() -> redis.Redis:
    """The connection of this process, after `connect`."""
    return _connections[0]


def queue(on: redis.Redis | None = None) -> Queue:
    """The one queue, with our job and our serializer."""
    return Queue(NAME, connection=on or connection(), job_class=Listed, serializer=Signed, default_timeout=LIMIT)


def ring(name: str, *ids: str) -> bool:
    """Ask for a job, unless the same one is waiting already: a thousand rings are one job.

    False when Redis cannot be reached; never raises for that. The job stops being "waiting" when it starts,
    so a ring during its run is heard. If it is lost, others are heard again after a few seconds.
    """
    key = _key(name, ids)
    try:
        if connection().set(key, "1", nx=True, ex=RUNG):
            queue().enqueue_call(name, args=ids, ttl=WAITING, result_ttl=0, failure_ttl=FAILED, description=name)
        return True
    except (redis.RedisError, OSError):
        return False


def _hush(name: str, ids: tuple[str, ...] | list[str]) -> None:
    """The bell was answered: the next ring counts again."""
    try:
        connection().delete(_key(name, ids))
    except (redis.RedisError, OSError):
        return


def _key(name: str, ids: tuple[str, ...] | list[str]) -> str:
    return ":".join(("nod:ring", name, *ids))
