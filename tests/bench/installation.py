"""The real thing, started for the benches: `nod up` with PostgreSQL, its own Redis, web 2 x 8 and two workers."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.postgres import free_port

WAIT = 60.0


@contextmanager
def running(
    database_url: str, folder: Path, *, workers: int = 2, private: str = "", more: dict[str, str] | None = None
) -> Iterator[str]:
    """Start all processes on an installation that is there already; yields its address."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "NOD_DATA": str(folder),
        "NOD_DEMO": "0",
        "NOD_JOB_WORKERS": str(workers),
        "NOD_PRIVATE_HOSTS": private,
        **(more or {}),
    }
    log = open(folder / "bench.log", "ab")  # noqa: SIM115 - belongs to the process
    command = [str(Path(sys.executable).with_name("nod")), "up"]
    house = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(f"http://localhost:{port}/readyz", house, folder / "bench.log")
        _settle(folder)
        yield f"http://localhost:{port}"
    finally:
        house.send_signal(signal.SIGTERM)
        house.wait(20)


def _wait(url: str, house: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until and house.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"Nod did not become ready: {log.read_text()[-3000:]}")


def _settle(folder: Path) -> None:
    """Wait, a minute at most, until what every start looks after (links, channels, late asks) is done."""
    until, before = time.monotonic() + WAIT, worked(folder)
    while time.monotonic() < until:
        time.sleep(2)
        now = worked(folder)
        if now - before < 0.2:
            return
        before = now


def worked(folder: Path) -> float:
    """Seconds of processor time that everything in this folder has taken so far."""
    total = 0
    for pid in family(folder):
        try:
            told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(told[11]) + int(told[12])
    return total / os.sysconf("SC_CLK_TCK")


def family(folder: Path) -> list[int]:
    """Process ids of everything that works in this folder: those whose environment names it, and the Redis in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in told and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def memory(folder: Path) -> float:
    """Summed PSS of all processes, in MB."""
    total = 0
    for pid in family(folder):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1000
