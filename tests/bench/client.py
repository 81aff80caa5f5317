"""A client that measures: one kept connection a thread, brotli on, caches off, each request by another person."""

import http.client
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle

from webapp.http.actor import COOKIE


@dataclass
class Figures:
    """Milliseconds of each request, bytes of the last answer, and the client's own CPU seconds."""

    name: str
    times: list[float] = field(default_factory=list)
    size: int = 0
    wrong: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    def at(self, share: float) -> float:
        """The value below which a share of the requests lies."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")

    @property
    def rate(self) -> float:
        """Requests a second over the whole run."""
        return len(self.times) / self.seconds if self.seconds else 0.0


class Connection:
    """One kept connection, and a cookie a request."""

    def __init__(self, base: str) -> None:
        parts = urllib.parse.urlsplit(base)
        self.base, self.host = base, parts.netloc
        self.coding = "br"
        self.http = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=30)

    def ask(self, method: str, path: str, token: str, form: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """Status, body as it came over the wire, milliseconds."""
        headers = {"Host": self.host, "Cookie": f"{COOKIE}={token}", "Accept-Encoding": self.coding}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self.base,
                "Sec-Fetch-Site": "same-origin",
                "HX-Request": "true",
                "X-Nod": "1",
                "Idempotency-Key": form.get("key", ""),
            }
        began = time.perf_counter()
        self.http.request(method, path, body, headers)
        answer = self.http.getresponse()
        content = answer.read()
        return answer.status, content, (time.perf_counter() - began) * 1000


def pages(base: str, name: str, path: str, tokens: list[str], count: int, clients: int = 1) -> Figures:
    """Get a page `count` times by different people, with so many clients at once."""
    people = iter_safe(cycle(tokens))
    return run(name, count, clients, lambda wire: wire.ask("GET", path, next(people)), base)


def run(
    name: str, count: int, clients: int, act: Callable[[Connection], tuple[int, bytes, float]], base: str
) -> Figures:
    """Do something `count` times over `clients` connections and keep what it took."""
    figures, lock = Figures(name), threading.Lock()
    warm = Connection(base)
    for _ in range(min(10, count)):
        act(warm) if clients == 1 and name.startswith("GET") else None

    def work(share: int) -> None:
        wire = Connection(base)
        for _ in range(share):
            status, content, took = act(wire)
            with lock:
                figures.times.append(took)
                figures.size = len(content)
                figures.wrong += status >= 400

    threads = [threading.Thread(target=work, args=(count // clients,)) for _ in range(clients)]
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures.seconds, figures.cpu = time.perf_counter() - began, time.process_time() - cpu
    return figures


def iter_safe(source: Iterator[str]) -> Iterator[str]:
    """The same iterator, usable from several threads."""
    lock = threading.Lock()

    class Safe:
        def __iter__(self) -> "Safe":
            return self

        def __next__(self) -> str:
            with lock:
                return next(source)

    return Safe()
