"""One structured line a request, with an id that the answer carries too. Paths are rules, so no secret is in them."""

import secrets
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from webapp import events, logs


def init(app: Flask) -> None:
    """Name the request, say where its events come from, log its end."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        logs.request_id.set(secrets.token_hex(8))
        agent = "".join(c if c.isprintable() else " " for c in request.headers.get("User-Agent", "")[:120])
        events.origin.set(f"web {request.remote_addr or ''} {agent}".strip())

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = logs.request_id.get()
        rule = request.url_rule.rule if request.url_rule else "-"
        if not rule.startswith("/static/"):
            took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
            logs.event("request", method=request.method, rule=rule, status=response.status_code, ms=took)
        return response
