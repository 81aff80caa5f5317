"""A server that speaks as much of the Mastodon API as publishing needs, on loopback: slow, countable, and a trap.

Like the real one it honours an Idempotency-Key. `effects` holds every status that was really made, with its time.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sink:
    """`trap(text, step)` is called before and after the effect of a post, in the middle of the sender's request; and
    with the description of a picture when that was uploaded."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self.effects: list[tuple[str, str, datetime]] = []
        self.statuses: dict[str, dict[str, Any]] = {}
        self.media: dict[str, str] = {}
        self.trap: Callable[[str, str], None] = lambda _text, _step: None
        self._lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(sink.listed(self.path.partition("?")[0]))

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path.endswith("/media"):
                    self._answer(sink.take(raw))
                    return
                body = json.loads(raw)
                about = {"in_reply_to_id": body.get("in_reply_to_id"), "media": body.get("media_ids", [])}
                self._answer(sink.make(body["status"], self.headers["Idempotency-Key"], **about))

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
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def listed(self, _path: str) -> Any:
        """The newest statuses."""
        newest = sorted(self.statuses.values(), key=lambda s: s["created_at"], reverse=True)
        return newest[:40]

    def take(self, raw: bytes) -> dict[str, Any]:
        """A picture that nobody sees yet."""
        found = re.search(rb'name="description"\r\n\r\n(.*?)\r\n', raw)
        text = found[1].decode() if found else ""
        with self._lock:
            number = str(len(self.media) + 1)
            self.media[number] = text
        self.trap(text, "uploaded")
        return {"id": number, "url": f"http://{self.host}/{number}.jpg"}

    def make(self, text: str, key: str, in_reply_to_id: str | None = None, media: Iterable[str] = ()) -> dict[str, Any]:
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
                    "in_reply_to_id": in_reply_to_id,
                    "created_at": now.isoformat(),
                    "media_attachments": [{"id": each, "description": self.media[each]} for each in media],
                }
        if made:
            self.trap(text, "after")
        time.sleep(self.seconds)
        return self.statuses[key]

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
