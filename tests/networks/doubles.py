"""Small servers on loopback that answer as the networks do, remember what had an effect, and fail on demand.

The shapes of their answers are those recorded from snac, mastodon-mock and the reference PDS (tests/real). A fault
is planned for one call: `before` fails without the effect, `after` has the effect and loses the answer.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from webapp import times

LOST = -1  # a status that means: close the connection without an answer


@dataclass
class Request:
    """What arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What goes back; `status` LOST closes the connection."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Fault:
    """Answer `reply` to the next call of `path`, with or without its effect."""

    path: str
    reply: Reply
    effect: bool = False


class Double:
    """Base of the doubles: routes by (method, last part of the path), keeps `seen` and `faults`."""

    secrets: ClassVar[dict[str, str]] = {}
    network = ""
    write = ""  # the path whose call makes a post visible

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[Request] = []
        self.faults: list[Fault] = []
        self.posts: dict[str, dict[str, Any]] = {}

    def fail(self, path: str, status: int, body: Any = None, *, effect: bool = False, **headers: str) -> None:
        """Plan one fault."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        self.faults.append(Fault(path, Reply(status, body if body is not None else {"error": "x"}, named), effect))

    def answer(self, request: Request) -> Reply:
        self.seen.append(request)
        fault = next((f for f in self.faults if request.path.endswith(f.path)), None)
        if fault:
            self.faults.remove(fault)
            if fault.effect:
                self.route(request)
            return fault.reply
        return self.route(request)

    def route(self, request: Request) -> Reply:
        raise NotImplementedError


class Fediverse(Double):
    """The client API of Mastodon, as far as Nod uses it. `keys` says whether Idempotency-Key is honoured."""

    secrets: ClassVar = {"token": "canary-token-5f1d", "client_id": "id", "client_secret": "canary-secret-77"}
    write = "/api/v1/statuses"
    version, keys = "4.6.0", True
    v2_instance = v2_media = True

    def route(self, request: Request) -> Reply:
        path, method = request.path, request.method
        if path.endswith("/verify_credentials"):
            return Reply(body={"id": "7", "username": "alice", "acct": "alice", "display_name": "Alice"})
        if path == "/api/v2/instance":
            return Reply(body=self.about()) if self.v2_instance else Reply(404)
        if path == "/api/v1/instance":
            return Reply(body={**self.about(), "uri": "double"})
        if path == "/api/v2/media" and not self.v2_media:
            return Reply(404)
        if path in ("/api/v1/media", "/api/v2/media"):
            return Reply(202 if path.startswith("/api/v2") else 200, {"id": str(len(self.seen)), "url": None})
        if path.startswith("/api/v1/media/"):
            return Reply(body={"id": path.rsplit("/", 1)[-1], "url": "x"})
        if path.endswith("/statuses") and method == "GET":
            return Reply(body=list(reversed(self.posts.values())))
        if path == self.write:
            return self.post(request)
        return self.one(request)

    def about(self) -> dict[str, Any]:
        statuses = {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23}
        return {"version": self.version, "configuration": {"statuses": statuses}}

    def post(self, request: Request) -> Reply:
        key = request.headers.get("idempotency-key", "")
        known = next((p for p in self.posts.values() if self.keys and p["key"] == key), None)
        if known is None:
            number = str(len(self.posts) + 1)
            known = self.posts[number] = {
                "id": number,
                "key": key,
                "in_reply_to_id": request.json.get("in_reply_to_id"),
                "created_at": times.iso(times.now()).replace("Z", ".900Z"),
                "url": f"{self.url}/@alice/{number}",
                "content": f"<p>{request.json['status']}</p>",
                "media_attachments": [{"id": m} for m in request.json.get("media_ids", [])],
            }
        return Reply(body=known)

    def one(self, request: Request) -> Reply:
        number = request.path.rsplit("/", 1)[-1]
        if number not in self.posts:
            return Reply(404, {"error": "Record not found"})
        if request.method == "DELETE":
            return Reply(body=self.posts.pop(number))
        if request.method == "PUT":
            self.posts[number]["content"] = request.json["status"]
        return Reply(body=self.posts[number])


class Repository(Double):
    """The calls of a PDS that Nod uses."""

    secrets: ClassVar = {"access": "canary-access-91aa", "refresh": "canary-refresh-33bc"}
    write = "com.atproto.repo.putRecord"
    fresh: ClassVar = {"accessJwt": "canary-access-2", "refreshJwt": "canary-refresh-2", "did": "did:plc:a"}

    def route(self, request: Request) -> Reply:
        name = request.path.rsplit("/", 1)[-1]
        known: dict[str, Callable[[Request], Reply]] = {
            "com.atproto.server.getSession": lambda _: Reply(body={"did": "did:plc:a", "handle": "alice.test"}),
            "com.atproto.server.refreshSession": lambda _: Reply(body=self.fresh),
            "com.atproto.repo.uploadBlob": lambda r: Reply(body={"blob": {"$type": "blob", "size": len(r.body)}}),
            "com.atproto.identity.resolveHandle": lambda _: Reply(400, {"error": "InvalidRequest"}),
            "com.atproto.repo.putRecord": self.put,
            "com.atproto.repo.getRecord": self.get,
            "com.atproto.repo.deleteRecord": self.delete,
        }
        return known[name](request)

    def uri(self, key: str) -> str:
        return f"at://did:plc:a/app.bsky.feed.post/{key}"

    def put(self, request: Request) -> Reply:
        key = request.json["rkey"]
        self.posts[key] = {"uri": self.uri(key), "cid": f"c-{key}", "value": request.json["record"]}
        return Reply(body={"uri": self.uri(key), "cid": f"c-{key}"})

    def get(self, request: Request) -> Reply:
        found = self.posts.get(request.query["rkey"])
        return Reply(body=found) if found else Reply(400, {"error": "RecordNotFound", "message": "no record"})

    def delete(self, request: Request) -> Reply:
        self.posts.pop(request.json["rkey"], None)
        return Reply(body={})


DOUBLES: dict[str, type[Double]] = {"mastodon": Fediverse, "bluesky": Repository}


@contextmanager
def serving(double: Double) -> Iterator[Double]:
    """Run a double on a free port; `double.url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            headers = {k.lower(): v for k, v in self.headers.items()}
            reply = double.answer(Request(self.command, parts.path, query, headers, body))
            if reply.status == LOST:
                self.close_connection = True
                return
            content = reply.encoded()
            self.send_response(reply.status)
            for name, value in {"content-length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        double.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield double
        finally:
            server.shutdown()
