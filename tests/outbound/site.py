"""A server of ours on loopback that misbehaves in every way, and names that resolve as a test wants."""

import gzip
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

Open = Callable[..., None]


class Site(BaseHTTPRequestHandler):
    """A server with one behaviour a path; remembers what arrived."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]]
    connections: int
    elsewhere = ""

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1  # type: ignore[attr-defined]

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers, body))  # type: ignore[attr-defined]
        name = self.path.split("?")[0].strip("/").replace("-", "_") or "ok"
        getattr(self, f"do_{name}", self.ok)()

    do_GET = do_POST = do_PUT = do_HEAD = handle_any

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for key, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def ok(self) -> None:
        self.reply(200, b'{"ok": true}')

    def do_to(self) -> None:
        status, _, where = self.path.partition("?")[2].partition("=")
        self.reply(int(status), b"", location=unquote(where))

    def do_loop(self) -> None:
        self.reply(302, b"", location="/loop")

    def do_drop(self) -> None:
        self.close_connection = True

    def do_hang(self) -> None:
        self.server.release.wait(30)  # type: ignore[attr-defined]
        self.close_connection = True

    def drip(self, what: bytes) -> None:
        self.close_connection = True
        try:
            for one in what:
                self.wfile.write(bytes([one]))
                if self.server.release.wait(0.02):  # type: ignore[attr-defined]
                    return
        except OSError:
            return

    def do_drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        self.drip(b"x" * 100_000)

    def do_drip_head(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000)

    def do_long(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(10 * 2**30))
        self.end_headers()
        self.close_connection = True

    def do_bomb(self) -> None:
        self.reply(200, gzip.compress(b"\0" * 30_000_000), content_encoding="gzip")

    def do_endless(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            while not self.server.release.is_set():  # type: ignore[attr-defined]
                self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            return

    def do_header(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n")

    def do_short(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    def do_text(self) -> None:
        self.reply(200, b"<html>\xff" + b"[" * 100_000)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Site)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


@contextmanager
def running(server: Server) -> Iterator[Server]:
    with server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()


def names(monkeypatch: pytest.MonkeyPatch, **known: list[str]) -> list[str]:
    """A resolver of our own: name -> one address for each time it is asked (several at once after `+`)."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *rest: object, **more: object) -> list[object]:
        if host.replace(".", "_") not in known:
            return real(host, port, *rest, **more)  # type: ignore[arg-type, return-value]
        asked.append(host)
        answers = known[host.replace(".", "_")]
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        found = [ipaddress.ip_address(a) for a in given.split("+")]
        return [(family[a.version], socket.SOCK_STREAM, 6, "", (str(a), port)) for a in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked
