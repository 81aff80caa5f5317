"""`make run` as somebody starts it: an empty folder, SQLite, the demo company. How soon it answers, what it weighs."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.servers.postgres import free_port

from .client import Connection
from .installation import memory
from .table import Table

PATIENCE = 90.0
REQUESTS = 1000
PAGES = ("/", "/approvals", "/inbox", "/calendar", "/posts", "/channels")


def measure(folder: Path, table: Table) -> None:
    """A first start and a later one; memory after a thousand pages of somebody who is signed in."""
    folder.mkdir()
    port = free_port()
    base = f"http://localhost:{port}"
    table.section("make run: SQLite, demo company, two web processes, one worker")
    for name, bar in (("first start, once set up, to the first page", "90 s with set-up"), ("a later start", "4 s")):
        house, began = _start(folder, port), time.monotonic()
        try:
            _first_page(base, house)
            table.row(name, f"{time.monotonic() - began:.1f} s", bar)
            if bar == "4 s":
                _visit(base, REQUESTS)
                table.row(f"memory of all processes after {REQUESTS:,} pages", f"{memory(folder):.0f} MB", "350 MB")
        finally:
            house.send_signal(signal.SIGTERM)
            house.wait(20)


def _start(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PORT": str(port), "NOD_DATA": str(folder)}
    with open(folder / "bench.log", "ab") as log:
        command = [str(Path(sys.executable).with_name("nod")), "up"]
        return subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)


def _first_page(base: str, house: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and house.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{base}/sign-in", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("Nod did not become ready; bench.log in its folder says why.")


def _visit(base: str, count: int) -> None:
    """Sign in as one of the cast and look around."""
    wire = Connection(base)
    wire.http.request("GET", "/sign-in", headers={"Host": wire.host})
    page = wire.http.getresponse().read().decode()
    person = re.search(r'name="person" value="([^"]+)"', page)
    assert person, "the demo offers nobody to sign in as"
    headers = {"Host": wire.host, "Origin": base, "Sec-Fetch-Site": "same-origin", "X-Nod": "1"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    wire.http.request("POST", "/sign-in/demo", f"person={person[1]}", headers)
    answer = wire.http.getresponse()
    answer.read()
    token = (answer.getheader("Set-Cookie") or "").partition("=")[2].partition(";")[0]
    for number in range(count):
        status, _body, _took = wire.ask("GET", PAGES[number % len(PAGES)], token)
        assert status == 200, f"{PAGES[number % len(PAGES)]} answered {status}"
