"""Google's push service as Chromium knows it, on loopback: check-in, registration, the kept line, and RFC 8030.

Chromium is led here by its own switches; who sends reaches it under its real names (`places/sitecustomize.py`).
"""

import ipaddress
import secrets
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .autopush import MOST, PROOF, Received

HOSTS = ("fcm.googleapis.com", "jmt17.google.com")
PING, PONG, LOGIN, LOGGED_IN, DATA, VERSION = 0, 1, 2, 3, 8, 41
"""Kinds of messages on the kept line (MCS), and the version it begins with."""


@dataclass
class Gcm:
    """The service. `apps`: what was registered under each token; `lines`: the browsers that are connected."""

    folder: Path
    web_port: int = 0
    send_port: int = 0
    line_port: int = 0
    apps: dict[str, dict[str, str]] = field(default_factory=dict)
    taken: list[Received] = field(default_factory=list)
    lines: list[ssl.SSLSocket] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def certificate(self) -> Path:
        """What proves its names here."""
        return self.folder / "gcm.pem"

    @property
    def switches(self) -> list[str]:
        """How Chromium is led here."""
        web = f"http://127.0.0.1:{self.web_port}"
        return [
            f"--gcm-checkin-url={web}/checkin",
            f"--gcm-registration-url={web}/register",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self.line_port}",
        ]

    @property
    def settings(self) -> dict[str, str]:
        """How Nod is led here: for its environment."""
        return {
            "NOD_PRIVATE_HOSTS": " ".join(HOSTS),
            "NOD_TEST_PLACES": " ".join(f"{host}={self.send_port}" for host in HOSTS),
            "PYTHONPATH": str(Path(__file__).parent / "places"),
            "SSL_CERT_FILE": str(self.certificate),
        }

    def forget(self) -> None:
        """Every device has gone."""
        self.apps.clear()

    def deliver(self, token: str, body: bytes) -> None:
        """Hand a message on, now or when the browser connects. It need not be one that can be decrypted."""
        app = self.apps[token]
        kind = app.get("X-subtype", "")
        said = _text(2, secrets.token_hex(4)) + _text(3, app["sender"]) + _text(5, kind or app["app"])
        for name, value in (("subtype", kind), ("content-encoding", "aes128gcm")):
            said += _bytes(7, _text(1, name) + _text(2, value))
        said += _text(9, secrets.token_hex(8)) + _number(17, 60) + _number(18, _now()) + _bytes(21, body)
        with self.lock:
            message = bytes([DATA]) + _varint(len(said)) + said
            self.lines[-1].sendall(message) if self.lines else self.late.append(message)

    def logged_in(self, line: ssl.SSLSocket) -> None:
        """A browser is connected: it gets what came before."""
        with self.lock:
            self.lines.append(line)
            for message in self.late:
                line.sendall(message)
            self.late.clear()


def _now() -> int:
    return int(time.time() * 1000)


def _varint(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _fixed(tag: int, value: int) -> bytes:
    return _varint(tag << 3 | 1) + struct.pack("<Q", value)


def _bytes(tag: int, value: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(value)) + value


def _text(tag: int, value: str) -> bytes:
    return _bytes(tag, value.encode())


class _Web(BaseHTTPRequestHandler):
    """Check-in, registration, and messages for devices; the last is spoken to over TLS."""

    protocol_version = "HTTP/1.1"
    service: Gcm

    def do_POST(self) -> None:
        body, path = self.rfile.read(int(self.headers.get("Content-Length") or 0)), urlsplit(self.path).path
        if path == "/checkin":
            device = _fixed(7, 0x1234567890ABCDEF) + _fixed(8, 0x0FEDCBA987654321)
            self._answer(200, _number(1, 1) + _number(3, _now()) + device + _text(11, "v1"))
        elif path == "/register":
            self._answer(200, self._registered(dict(parse_qsl(body.decode()))))
        else:
            self._answer(self._taken(path.rpartition("/")[2], body))

    def _registered(self, app: dict[str, str]) -> bytes:
        if app.get("delete"):
            return f"deleted={app.get('app', '')}".encode()
        token = secrets.token_urlsafe(32)
        self.service.apps[token] = app
        return f"token={token}".encode()

    def _taken(self, token: str, body: bytes) -> int:
        if token not in self.service.apps:
            return 410
        if not PROOF.fullmatch(self.headers.get("Authorization", "")):
            return 403
        if not self.headers.get("TTL", "").isdigit() or self.headers.get("Content-Encoding") != "aes128gcm":
            return 400
        if len(body) > MOST:
            return 413
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.service.taken.append(Received(headers, body))
        self.service.deliver(token, body)
        return 201

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def _exactly(line: ssl.SSLSocket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        piece = line.recv(count - len(got))
        if not piece:
            raise ConnectionResetError
        got += piece
    return got


def _length(line: ssl.SSLSocket) -> int:
    number = shift = 0
    while True:
        byte = _exactly(line, 1)[0]
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number


def _talk(service: Gcm, raw: socket.socket, tls: ssl.SSLContext) -> None:
    """One kept line, until it ends."""
    with suppress(OSError), raw, tls.wrap_socket(raw, server_side=True) as line:
        _exactly(line, 1)
        while True:
            kind = _exactly(line, 1)[0]
            _exactly(line, _length(line))
            if kind == LOGIN:
                said = _text(1, "login") + _number(8, _now())
                line.sendall(bytes([VERSION, LOGGED_IN]) + _varint(len(said)) + said)
                service.logged_in(line)
            elif kind == PING:
                line.sendall(bytes([PONG, 0]))


def _listen(service: Gcm, door: socket.socket, tls: ssl.SSLContext) -> None:
    with suppress(OSError):
        while True:
            raw, _who = door.accept()
            threading.Thread(target=_talk, args=(service, raw, tls), daemon=True).start()


def _prove(path: Path) -> ssl.SSLContext:
    """A certificate that lives as long as the test, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A push service")])
    names = [*map(x509.DNSName, HOSTS), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@contextmanager
def gcm(folder: Path) -> Iterator[Gcm]:
    """The service, running until the end."""
    service = Gcm(folder)
    tls = _prove(service.certificate)
    handler = type("Web", (_Web,), {"service": service})
    web, send = (ThreadingHTTPServer(("127.0.0.1", 0), handler) for _n in range(2))
    send.socket = tls.wrap_socket(send.socket, server_side=True)
    door = socket.create_server(("127.0.0.1", 0))
    service.web_port, service.send_port = web.server_port, send.server_port
    service.line_port = door.getsockname()[1]
    threading.Thread(target=_listen, args=(service, door, tls), daemon=True).start()
    for server in (web, send):
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield service
    finally:
        door.close()
        for server in (web, send):
            server.shutdown()
            server.server_close()
