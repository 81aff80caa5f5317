"""Keeps a family of processes going: starts them, starts the fallen again, stops them in order.

It does nothing else, holds no connection and no thread, so that it can fork at any time.
"""

import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from webapp import logs

from . import family

STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PATIENCE = 8.5
"""Seconds between asking everybody to stop and killing who has not."""
LAST_PATIENCE = 1.0
"""Seconds for those who stop last (the embedded Redis)."""
AGAIN = 1.0
"""Seconds after which another request to stop means: at once."""
HEALTHY = 10.0
"""Seconds after which a start counts as good, and the next fall is restarted at once."""


@dataclass
class Child:
    """A process to keep. `last`: it is stopped after the others. `mend` runs when it falls soon after a start."""

    name: str
    body: Callable[[], object]
    last: bool = False
    mend: Callable[[], None] | None = None
    pid: int = 0
    started: float = 0.0
    falls: int = 0
    again_at: float = 0.0


class Supervisor:
    """One family. `add` starts a child at once; `watch` returns after a stop was asked for and done."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.asked = 0
        self._asked_at = 0.0
        self._bell = os.pipe()
        for end in self._bell:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._bell[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in STOP:
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        """Count requests to stop; two within a second are one, since make and terminals pass a signal on."""
        if time.monotonic() - self._asked_at > AGAIN:
            self.asked += 1
        self._asked_at = time.monotonic()

    def add(self, child: Child) -> Child:
        """Start a child and keep it."""
        self.children.append(child)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        child.started, child.again_at = time.monotonic(), 0.0
        child.pid = family.fork(child.name, child.body)

    def wait(self, seconds: float) -> None:
        """Sleep until a signal or so many seconds have passed, then look after the children."""
        ready, _, _ = select.select([self._bell[0]], [], [], seconds)
        if ready:
            os.read(self._bell[0], 4096)
        self._reap()
        if not self.asked:
            for child in self.children:
                if not child.pid and time.monotonic() >= child.again_at:
                    self._start(child)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for child in self.children:
                if child.pid == pid:
                    self._fell(child, os.waitstatus_to_exitcode(status))

    def _fell(self, child: Child, code: int) -> None:
        child.pid = 0
        if self.asked:
            return
        lived = time.monotonic() - child.started
        child.falls = 0 if lived > HEALTHY else child.falls + 1
        child.again_at = time.monotonic() + (min(5.0, 0.1 * 2**child.falls) if child.falls else 0.0)
        logs.event("restart", level="warning", what=child.name, code=code, lived=round(lived, 1))
        if child.falls >= 2 and child.mend:
            child.mend()

    def watch(self) -> None:
        """Keep everybody going until a stop is asked for, then stop them in order."""
        while not self.asked:
            self.wait(1.0)
        self.stop()

    def stop(self) -> None:
        """Ask everybody to stop, those marked `last` after the others; kill who does not. Twice asked: at once."""
        self.asked = max(self.asked, 1)
        for last, patience in ((False, PATIENCE), (True, LAST_PATIENCE)):
            group = [child for child in self.children if child.last is last]
            self._signal(group, signal.SIGTERM)
            until = time.monotonic() + patience
            while any(c.pid for c in group) and time.monotonic() < until and self.asked < 2:
                self.wait(0.1)
            self._signal(group, signal.SIGKILL)
        while any(c.pid for c in self.children):
            self.wait(0.1)

    def _signal(self, group: list[Child], number: signal.Signals) -> None:
        for child in group:
            if child.pid:
                _send(child.pid, number)


def _send(pid: int, number: signal.Signals) -> None:
    """To the child alone, since gunicorn passes a stop on itself; a kill goes to its whole group."""
    try:
        if number == signal.SIGKILL:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return
