"""Security headers on every answer, trusted hosts and limits on bodies (security.md; design E6)."""

from flask import Flask, request
from werkzeug.exceptions import BadRequest, LengthRequired, NotFound, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from webapp.config import Config

MEGABYTE = 1_000_000
_FORM = "application/x-www-form-urlencoded"
POLICY = (
    "default-src 'none'; script-src %(scripts)s; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def init(app: Flask, config: Config) -> None:
    """Trusted hosts, proxies by exact count, body limits, headers."""
    app.config.update(
        MAX_CONTENT_LENGTH=21 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=500,
    )
    if config.proxies:
        n = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n, x_port=0)  # type: ignore[method-assign]
    hosts = {config.host, f"localhost:{config.port}", f"127.0.0.1:{config.port}"}

    @app.before_request
    def trusted() -> None:
        if request.host not in hosts and request.endpoint not in (
            "health.alive",
            "health.ready",
            "health.metrics",
        ):
            raise BadRequest
        if "\0" in request.path:
            raise NotFound
        if (request.content_length or 0) > app.config["MAX_CONTENT_LENGTH"]:
            raise RequestEntityTooLarge
        if request.content_length is None and request.mimetype == _FORM and "Transfer-Encoding" in request.headers:
            raise LengthRequired  # It would be cut at the limit without a word, and half a form saved.

    @app.after_request
    def harden(response: Response) -> Response:
        host = request.host if request.host in hosts else config.host
        scripts = f"{request.scheme}://{host}/static/"
        response.headers.setdefault("Content-Security-Policy", POLICY % {"scripts": scripts})
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if config.https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html":  # what only a document heeds: a picture is lighter without
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
            if request.method == "GET":
                response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
