"""A push service on loopback that keeps what it was handed, and browsers' subscriptions that can read it."""

import base64
import json
import os
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Received:
    path: str
    headers: dict
    body: bytes


@dataclass
class Service:
    """`answers`: statuses (or (status, headers)) given in turn, then 201; by path in `always`."""

    server: ThreadingHTTPServer
    got: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    always: dict = field(default_factory=dict)
    stall: threading.Event | None = None

    @property
    def host(self):
        return f"127.0.0.1:{self.server.server_port}"

    def device(self, path="/push/one"):
        """A browser's subscription at this service, as JSON and with its private half."""
        return Device(f"http://{self.host}{path}")

    def to(self, device):
        return [each for each in self.got if device.endpoint.endswith(each.path)]


class Device:
    """What a browser has: a key pair, a secret and an address."""

    def __init__(self, endpoint):
        self.endpoint, self.auth = endpoint, os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def keys(self):
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": b64(point), "auth": b64(self.auth)}

    def json(self, **more):
        return {"endpoint": self.endpoint, "keys": self.keys, "installed": False, **more}

    def read(self, received):
        """The message, decrypted."""
        plain = http_ece.decrypt(received.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return json.loads(plain)


def claims(received):
    """The VAPID claims of a request."""
    token = received.headers["authorization"].removeprefix("vapid t=").split(",")[0]
    return json.loads(unb64(token.split(".")[1]))


def start():
    service = Service(None)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.got.append(Received(self.path, headers, body))
            if service.stall is not None:
                service.stall.wait(30)
            known = service.always.get(self.path)
            answer = known if known is not None else service.answers.pop(0) if service.answers else 201
            status, extra = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    service.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.server.daemon_threads = True
    threading.Thread(target=service.server.serve_forever, args=(0.02,), daemon=True).start()
    return service
