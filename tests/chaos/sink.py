"""A server that speaks as much of the Mastodon API as publishing needs, on loopback: slow, countable, and a trap.

Like the real one it honours an Idempotency-Key. `effects` holds every status that was really made, with its time.
"""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sink:
    """`trap(text, step)` is called before and after the effect of a post, in the middle of the sender's request."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self.effects: list[tuple[str, str, datetime]] = []
        self.statuses: dict[str, dict[str, Any]] = {}
        self.trap: Callable[[str, str], None] = lambda _text, _step: None
        self._lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(sink.listed(self.path.partition("?")[0]))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                above = body.get("in_reply_to_id")
                self._answer(sink.make(body["status"], self.headers["Idempotency-Key"], above))

            def _answer(self, value: Any) -> None:
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                with suppress(OSError):  # whoever asked may be dead by now
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def listed(self, _path: str) -> Any:
        """The newest statuses."""
        newest = sorted(self.statuses.values(), key=lambda s: s["created_at"], reverse=True)
        return newest[:40]

    def make(self, text: str, key: str, above: str | None = None) -> dict[str, Any]:
        """A status, once for its key."""
        self.trap(text, "before")
        with self._lock:
            made = key not in self.statuses
            if made:
                now = datetime.now(UTC)
                self.effects.append((text, key, now))
                number = str(len(self.effects))
                self.statuses[key] = {
                    "id": number,
                    "url": f"http://{self.host}/@me/{number}",
                    "content": f"<p>{text}</p>",
                    "in_reply_to_id": above,
                    "created_at": now.isoformat(),
                    "media_attachments": [],
                }
        if made:
            self.trap(text, "after")
        time.sleep(self.seconds)
        return self.statuses[key]

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
