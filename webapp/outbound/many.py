"""Many small POSTs at once: one thread, one selector, connections that are kept, no redirects.

For push messages: thousands, each to an address that a browser gave, to a handful of services. A thread for each
would spend more on changing threads than on the work. Addresses are checked by the same door as every other request.
What may have been sent and got no answer is `Interrupted`; the caller may repeat what is harmless twice.
"""

import os
import selectors
import socket
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .addresses import Target
from .answers import Answer, Interrupted, OutboundError, Unreachable

K = TypeVar("K")
FEW, LINES, PACE = 4, 64, 0.01
"""Connections to one service: a few at once, which are enough for a near one, since a connection costs as much as ten
letters; while letters wait all the same, one more each so many seconds, up to many."""
STEP = 8
"""Letters between two looks at what came back: so few that a connection is seen to be free before another is made."""
AHEAD = 200
"""Letters that are taken although they wait for a connection, so that a slow service does not hold up the others."""
IDLE_SECONDS = 45.0
MOST_HEAD = 16_384
_LOOK = 0.2
_AGAIN = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError, InterruptedError)


@dataclass(frozen=True)
class Letter(Generic[K]):
    """One POST: `key` is the caller's; `head` are header lines, each ending in CRLF, without Host and length."""

    key: K
    target: Target
    head: bytes
    body: bytes


Outcome = tuple[K, Answer | OutboundError]
Resolve = Callable[[Target], list[str]]


@dataclass(eq=False)
class _Line(Generic[K]):
    """A connection. `letter` is under way on it, `out` what is still to be written, `got` what came back."""

    origin: tuple[str, str, int]
    sock: socket.socket
    step: str = "connect"
    letter: Letter[K] | None = None
    out: memoryview = field(default_factory=lambda: memoryview(b""))
    got: bytearray = field(default_factory=bytearray)
    deadline: float = 0.0
    used: float = 0.0
    watched: int = 0
    fresh: bool = True


class _Kept:
    """The idle connections of this process, and the context in which certificates are checked."""

    def __init__(self) -> None:
        self.pid, self.context = os.getpid(), ssl.create_default_context()
        self.idle: dict[tuple[str, str, int], list[_Line]] = defaultdict(list)


_kept: list[_Kept] = []


def _keep() -> _Kept:
    """What is kept; a fork starts with nothing of its parent's."""
    if not _kept or _kept[0].pid != os.getpid():
        _kept[:] = [_Kept()]
    return _kept[0]


def forget() -> None:
    """Close what is idle, and read the certificates anew."""
    for lines in _keep().idle.values():
        for line in lines:
            line.sock.close()
    _kept.clear()


class Flock(Generic[K]):
    """One run. `resolve` answers the addresses of a target, checked; it raises what the door raises.

    A service that let one letter wait in vain (`silent`) gets no more of them in this run.
    """

    def __init__(self, resolve: Resolve, timeout: float) -> None:
        self.resolve, self.timeout, self.kept = resolve, timeout, _keep()
        self.selector = selectors.DefaultSelector()
        self.active: set[_Line[K]] = set()
        self.opened: dict[tuple[str, str, int], float] = defaultdict(float)
        self.busy: dict[tuple[str, str, int], int] = defaultdict(int)
        self.places: dict[tuple[str, str, int], list[str]] = {}
        self.waiting: dict[tuple[str, str, int], deque[Letter[K]]] = defaultdict(deque)
        self.silent: set[tuple[str, str, int]] = set()
        self.over = False
        self.done: list[Outcome[K]] = []

    def run(self, letters: Iterable[Letter[K]]) -> Iterator[Outcome[K]]:
        """Send them all; answers each outcome as it comes. Letters are taken (and may be made) as lines get free."""
        source = iter(letters)
        try:
            while self._feed(source) or self.active:
                self._turn(self._pause())
                yield from self._drain()
            yield from self._drain()
        finally:
            self._leave()

    def _pause(self) -> float:
        """How long to wait for answers: not at all while there is something else to do."""
        queued = self._queued()
        if self.done or (not self.over and queued < AHEAD):
            return 0.0
        return PACE if queued else _LOOK

    def _queued(self) -> int:
        return sum(map(len, self.waiting.values()))

    def _drain(self) -> list[Outcome[K]]:
        done, self.done = self.done, []
        return done

    def _feed(self, source: Iterator[Letter[K]]) -> bool:
        """Start what has a place, and take a few more; answers whether letters are left that are not under way."""
        for origin, queue in self.waiting.items():
            while queue and (origin in self.silent or self._room(origin)):
                self._start(queue.popleft())
        for _n in range(min(STEP, AHEAD - self._queued())):
            letter = next(source, None)
            if letter is None:
                self.over = True
                break
            origin = letter.target.origin
            if self.waiting[origin] or not self._room(origin):
                self.waiting[origin].append(letter)
            else:
                self._start(letter)
        return not self.over or self._queued() > 0

    def _room(self, origin: tuple[str, str, int]) -> bool:
        """Whether a letter can start: a connection is idle, or another may be made."""
        if self.kept.idle[origin] or self.busy[origin] < FEW:
            return True
        return self.busy[origin] < LINES and time.monotonic() - self.opened[origin] >= PACE

    def _start(self, letter: Letter[K], fresh: bool = False) -> None:
        if letter.target.origin in self.silent:
            self.done.append((letter.key, Unreachable(f"{letter.target.host} gives no answers")))
            return
        try:
            line = None if fresh else self._idle(letter.target.origin)
            line = line or self._open(letter.target)
        except OutboundError as error:
            self.done.append((letter.key, error))
            return
        except OSError:
            self.done.append((letter.key, Unreachable(f"{letter.target.host} cannot be reached")))
            return
        line.letter, line.got, line.deadline = letter, bytearray(), time.monotonic() + self.timeout
        line.out = memoryview(_request(letter))
        self.active.add(line)
        self.busy[line.origin] += 1
        self._go_on(line)

    def _idle(self, origin: tuple[str, str, int]) -> "_Line[K] | None":
        lines, now = self.kept.idle[origin], time.monotonic()
        while lines:
            line = lines.pop()
            if now - line.used < IDLE_SECONDS and _quiet(line.sock):
                line.step, line.fresh = "send", False
                return line
            self._close(line)
        return None

    def _open(self, target: Target) -> "_Line[K]":
        if target.origin not in self.places:
            self.places[target.origin] = self.resolve(target)
        address = self.places[target.origin][0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect_ex((address, target.port))
        self.opened[target.origin] = time.monotonic()
        return _Line(target.origin, sock)

    def _turn(self, pause: float) -> None:
        for key, _events in self.selector.select(pause if self.active else 0.0):
            line = key.data
            if line in self.active:
                self._go_on(line)
            elif not _quiet(line.sock):  # its server says goodbye
                self._forget_idle(line)
        now = time.monotonic()
        for line in [each for each in self.active if each.deadline < now]:
            self.silent.add(line.origin)
            self._fail(line, "no answer in time")

    def _go_on(self, line: "_Line[K]") -> None:
        """Do as much as can be done without waiting; then watch for what is needed."""
        try:
            wanted = self._steps(line)
        except ssl.SSLWantReadError:
            wanted = selectors.EVENT_READ
        except (ssl.SSLWantWriteError, BlockingIOError, InterruptedError):
            wanted = selectors.EVENT_READ if line.step == "read" else selectors.EVENT_WRITE
        except (OSError, ValueError) as fault:
            self._fail(line, type(fault).__name__)
            return
        self._watch(line, wanted)

    def _watch(self, line: "_Line[K]", wanted: int) -> None:
        if wanted == line.watched:
            return
        if line.watched:
            self.selector.modify(line.sock, wanted, line)
        else:
            self.selector.register(line.sock, wanted, line)
        line.watched = wanted

    def _steps(self, line: "_Line[K]") -> int:
        if line.step == "connect":
            self._connected(line)
        if line.step == "shake":
            line.sock.do_handshake()  # type: ignore[attr-defined]
            line.step = "send"
        if line.step == "send":
            while line.out:
                line.out = line.out[line.sock.send(line.out) :]
            line.step = "read"
            return selectors.EVENT_READ
        self._read(line)
        return selectors.EVENT_READ

    def _connected(self, line: "_Line[K]") -> None:
        fault = line.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if fault:
            raise OSError(fault, "connect")
        if not line.watched:
            raise BlockingIOError  # a fresh connection is asked about when the selector calls, not before
        line.sock.getpeername()
        if line.origin[0] != "https":
            line.step = "send"
            return
        self._unwatch(line)
        line.sock = self.kept.context.wrap_socket(
            line.sock, server_hostname=line.origin[1], do_handshake_on_connect=False
        )
        line.step = "shake"

    def _read(self, line: "_Line[K]") -> None:
        piece = line.sock.recv(MOST_HEAD)
        if not piece:
            raise ConnectionResetError
        line.got += piece
        answer = _answer(line.got)
        if answer is None:
            if len(line.got) > 4 * MOST_HEAD:
                raise ValueError("too long")
            return
        letter, (found, reusable) = line.letter, answer
        assert letter
        self._finish(line, reusable)
        self.done.append((letter.key, Answer(*found, url=letter.target.url)))

    def _finish(self, line: "_Line[K]", reusable: bool) -> None:
        self.active.discard(line)
        self.busy[line.origin] -= 1
        line.letter, line.used = None, time.monotonic()
        if reusable:
            self.kept.idle[line.origin].append(line)
        else:
            self._close(line)

    def _fail(self, line: "_Line[K]", why: str) -> None:
        """The line is of no use any more. What rode on an old one that was just closed gets another, once."""
        letter, step, begun = line.letter, line.step, bool(line.got)
        self._finish(line, reusable=False)
        assert letter
        if step in ("connect", "shake"):
            self.done.append((letter.key, Unreachable(f"{letter.target.host} cannot be reached")))
        elif not line.fresh and not begun and line.deadline > time.monotonic():
            self._start(letter, fresh=True)
        else:
            self.done.append((letter.key, Interrupted(f"{letter.target.host}: {why}", sent=True)))

    def _forget_idle(self, line: "_Line[K]") -> None:
        if line in self.kept.idle[line.origin]:
            self.kept.idle[line.origin].remove(line)
        self._close(line)

    def _unwatch(self, line: "_Line[K]") -> None:
        if line.watched:
            self.selector.unregister(line.sock)
            line.watched = 0

    def _close(self, line: "_Line[K]") -> None:
        self._unwatch(line)
        line.sock.close()

    def _leave(self) -> None:
        for line in list(self.active):
            self._close(line)
        for line in (each for lines in self.kept.idle.values() for each in lines):
            line.watched = 0
        self.selector.close()


def _quiet(sock: socket.socket) -> bool:
    """Whether nothing came on an idle connection: its server would only say goodbye."""
    try:
        raw = socket.socket.recv(sock, 1, socket.MSG_PEEK) if not isinstance(sock, ssl.SSLSocket) else _peek(sock)
    except _AGAIN:
        return True
    except OSError:
        return False
    return raw is None


def _peek(sock: ssl.SSLSocket) -> bytes | None:
    """TLS records that carry no data (session tickets) are swallowed; data or an end means that it is over."""
    data = sock.recv(1)
    return data if data else b""


def _request(letter: Letter[K]) -> bytes:
    target = letter.target
    return b"POST %s HTTP/1.1\r\nhost: %s\r\ncontent-length: %d\r\n%s\r\n%s" % (
        target.path.encode(),
        target.authority.encode(),
        len(letter.body),
        letter.head,
        letter.body,
    )


def _answer(got: bytearray) -> tuple[tuple[int, dict[str, str], bytes], bool] | None:
    """Status, headers and body of a whole answer, and whether the connection may be used again; None: not yet whole.

    The body is read when its length is known, since what is kept must be empty; else the connection ends with it.
    """
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = bytes(got[:end]).split(b"\r\n")
    parts = first.split(b" ", 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not parts[1].isdigit():
        raise ValueError("not an answer")
    status = int(parts[1])
    if 100 <= status < 200:
        del got[: end + 4]
        return _answer(got)
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.strip().lower().decode("latin-1")] = value.strip().decode("latin-1")
    length = headers.get("content-length", "0" if status in (204, 304) else "")
    known = length.isdigit() and "transfer-encoding" not in headers
    rest = bytes(got[end + 4 :])
    if known and len(rest) < min(int(length), MOST_HEAD):
        return None
    open_end = parts[0] == b"HTTP/1.0" or "close" in headers.get("connection", "").lower()
    return (status, headers, rest), known and len(rest) == int(length) and not open_end
