"""From a network's event to the screen: a page of somebody else's answers an entry of ours, and the inbox shows it.

The clock starts when the page is handed to Nod, which asks for it on its own turn (up to ten seconds after it was told:
that is the poll interval), and ends when a list that is asked for again and again has the words. Nothing is simulated:
webmentions come in at the door, a worker fetches, reads and stores them, and the list is found by full-text search.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

from .client import Connection
from .table import Table

COUNT, PATIENCE, WORD = 20, 60.0, "zyzzyva"
PAGE = """<!doctype html><title>A blog</title><article class="h-entry">
<a class="p-author h-card" href="/{n}/">Reader {n}</a> answers <a class="u-in-reply-to" href="{target}">an entry</a>
<div class="e-content"><p>Where can I buy it? {word} n{n}e</p></div></article>"""


class Blogs:
    """Pages on loopback that answer `target`. `told`: the instant at which each was handed over, by its number."""

    def __init__(self) -> None:
        self.target = ""
        self.told: dict[int, float] = {}
        blogs = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                n = int(self.path.strip("/"))
                body = PAGE.format(n=n, target=blogs.target, word=WORD).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                blogs.told.setdefault(n, time.perf_counter())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"

    @contextmanager
    def open(self) -> Iterator["Blogs"]:
        """Serve them."""
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            thread.join()
            self.server.server_close()


def measure(base: str, blogs: Blogs, token: str, table: Table) -> None:
    """One, for which a fresh worker loads what it reads languages with, then twenty at once.

    The installation's first feed has published something.
    """
    blogs.target = f"{base}/feeds/feed0/x"
    (first,) = _spans(base, blogs, token, range(1)) or [float("nan")]
    spans = _spans(base, blogs, token, range(1, COUNT + 1))
    figure = f"p50 {spans[len(spans) // 2]:.0f} ms, worst {spans[-1]:.0f} ms of {COUNT}"
    table.row("network event to screen, poll interval excluded", figure, "p99 1,000 ms")
    table.row("   the very first after a start", f"{first:.0f} ms")


def _spans(base: str, blogs: Blogs, token: str, numbers: range) -> list[float]:
    """Milliseconds of each, the shortest first; one that was never shown is without end."""
    door = Connection(base)
    for n in numbers:
        form = urlencode({"source": f"http://{blogs.host}/{n}", "target": blogs.target})
        door.http.request("POST", "/webmention", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = door.http.getresponse()
        said = answer.read().decode()
        if answer.status != 202:
            raise RuntimeError(f"a webmention was answered with {answer.status}: {said}")
    seen = _watch(base, token, set(numbers))
    return sorted((seen[n] - blogs.told[n]) * 1000 if n in seen else float("inf") for n in numbers)


def _watch(base: str, token: str, wanted: set[int]) -> dict[int, float]:
    """The instant at which a list first had each of them."""
    screen, seen, until = Connection(base), dict[int, float](), time.monotonic() + PATIENCE
    screen.coding = "identity"
    while wanted - seen.keys() and time.monotonic() < until:
        _status, content, _took = screen.ask("GET", f"/inbox?show=all&q={WORD}", token)
        now = time.perf_counter()
        for found in re.findall(rf"{WORD} n(\d+)e", content.decode()):
            seen.setdefault(int(found), now)
    return seen
