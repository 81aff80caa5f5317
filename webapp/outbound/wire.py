"""Connections that end when their time is over, and that know whether anything was sent.

urllib3 bounds one read at a time; a server that drips a byte a second is never late by that measure. Here
every read gets what is left of one deadline. `Flight.sent` turns true before the first byte leaves: that
decides whether a failure may be repeated or is unknown.
"""

import io
import socket
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

IDLE_SECONDS = 10.0


@dataclass
class Flight:
    """One request under way: `deadline` on the monotonic clock, `sent` once the first byte may have left.

    `fresh` asks for a new connection; `reused` says that it rode on an old one, which the server may just have
    closed.
    """

    deadline: float
    fresh: bool = False
    sent: bool = False
    reused: bool = False

    def left(self) -> float:
        """Seconds left. TimeoutError when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline passed")
        return left


current: ContextVar[Flight] = ContextVar("flight")


class _Bounded(io.RawIOBase):
    """A socket's raw reader whose every read waits no longer than the flight's deadline."""

    def __init__(self, sock: socket.socket, flight: Flight) -> None:
        self._sock, self._raw, self._flight = sock, sock.makefile("rb", buffering=0), flight

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._flight.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """A socket whose `makefile` gives bounded readers; everything else is the socket's own."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, *_args: Any, **_options: Any) -> io.BufferedReader:
        return io.BufferedReader(_Bounded(self._sock, current.get()))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Watched:
    """What both kinds of connection share: no idle reuse, bounded reads, and the mark of the first byte."""

    sock: Any
    _used = 0.0

    @property
    def is_connected(self) -> bool:
        if current.get().fresh or time.monotonic() - self._used > IDLE_SECONDS:
            return False
        return bool(super().is_connected)  # type: ignore[misc]

    def connect(self) -> None:
        self._used = 0.0
        super().connect()  # type: ignore[misc]
        self.sock = _Socket(self.sock)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        flight = current.get()
        self.sock.settimeout(flight.left())
        flight.sent, flight.reused = True, self._used > 0
        super().send(data)  # type: ignore[misc]

    def getresponse(self) -> Any:
        self._used = time.monotonic()
        return super().getresponse()  # type: ignore[misc]


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def pools() -> PoolManager:
    """A thread-safe pool of connections. It reads no proxy, netrc or cookie from anywhere."""
    manager = PoolManager(num_pools=64, maxsize=16, retries=False, ssl_context=ssl.create_default_context())
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager
