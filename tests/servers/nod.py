"""The whole of Nod as real processes in a folder of its own: started, looked at, killed by a test."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from .postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> object:
    """Wait for a condition and answer what it answered; fail with a sentence when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s for this in vain: {what}")


@dataclass
class House:
    """An installation: its folder, its port, and the supervisor while it runs."""

    data: Path
    port: int
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    said: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The variables a command of this installation gets: none of the tester's own settings."""
        plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL")}
        return plain | {"NOD_DATA": str(self.data), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"} | self.extra

    def command(self, *words: str, seconds: float = 60, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run `nod …` to its end."""
        whole = [sys.executable, "-m", "webapp.cli", *words]
        return subprocess.run(
            whole, cwd=ROOT, env=self.environment, text=True, capture_output=True, input=stdin, timeout=seconds
        )

    def start(self, *words: str) -> "House":
        """`nod up`, waited for until it says that it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", *(words or ("up",))],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=(self.data.parent / "out").open("w"),
            stderr=(self.data.parent / "err").open("a"),
            start_new_session=True,
        )
        until(lambda: self._ready(), "nod up is ready")
        return self

    def _ready(self) -> bool:
        self.said = (self.data.parent / "out").read_text()
        code = self.process.poll() if self.process else None
        assert code is None, f"nod ended with {code}: {self.said} {self.log[-2000:]}"
        return "Stop with Ctrl-C" in self.said

    @property
    def log(self) -> str:
        """What it wrote to standard error."""
        return (self.data.parent / "err").read_text()

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def alive(self) -> bool:
        """Whether the first page is served."""
        with suppress(OSError, http.client.HTTPException):
            return self.get("/healthz")[0] == 200
        return False

    def pids(self) -> dict[int, str]:
        """Every living process of this installation, with its command line.

        Known by its environment, the embedded Redis (which writes over its own) by the socket in its title.
        """
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    line = (entry / "cmdline").read_bytes()
                    ours = f"NOD_DATA={self.data}\0".encode() in (entry / "environ").read_bytes()
                    if (ours or f"{self.data}/".encode() in line) and "State:\tZ" not in (entry / "status").read_text():
                        found[int(entry.name)] = line.replace(b"\0", b" ").decode()
        return found

    def process_of(self, what: str) -> int:
        """The process id of a role, read from its own lines in the log: clock, relay, worker, web."""
        ids = re.findall(rf'"process": "{what}", "pid": (\d+)', self.log)
        return next((int(pid) for pid in reversed(ids) if int(pid) in self.pids()), 0)

    def valkey(self) -> int:
        """The process id of the embedded Redis."""
        return next((pid for pid, line in self.pids().items() if "valkey-server" in line), 0)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE) -> int:
        """Signal the supervisor and wait for its end; answers its exit code."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End whatever is left, whoever it is."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait(10)
        until(lambda: not self.pids(), "no process is left", 10)


@contextmanager
def house(**extra: str) -> Iterator[House]:
    """A fresh, unstarted installation on a free port; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="nod-") as folder:
        (Path(folder) / "err").touch()
        (Path(folder) / "out").touch()
        one = House(Path(folder) / "var", free_port(), extra)
        try:
            yield one
        finally:
            one.kill()
