"""Smaller answers: brotli where the browser takes it, else gzip, for text long enough to matter."""

import gzip

import brotli
from flask import Flask, request
from werkzeug.datastructures import Accept
from werkzeug.wrappers import Response

SMALLEST = 500
QUALITY = 4
TEXT = frozenset(
    {
        "text/html",
        "text/css",
        "text/csv",
        "text/plain",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "application/atom+xml",
        "text/javascript",
    }
)


def encoding(accept: Accept) -> str:
    """`br`, `gzip` or nothing, by what the browser says; brotli first where both are equally welcome."""
    best, name = 0.0, ""
    for candidate in ("br", "gzip"):
        if accept.quality(candidate) > best:
            best, name = accept.quality(candidate), candidate
    return name


def compress(response: Response, accept: Accept) -> Response:
    """Compress the body in place when it is worth it; says so in Vary in any case.

    Leaves alone: streams, partial and empty answers, and what is already encoded.
    """
    if response.mimetype not in TEXT or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    name = encoding(accept)
    if not name or response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(brotli.compress(body, quality=QUALITY) if name == "br" else gzip.compress(body, 5, mtime=0))
    response.headers["Content-Encoding"] = name
    tag, weak = response.get_etag()
    if tag and not weak:
        response.set_etag(tag, weak=True)
    return response


def init(app: Flask) -> None:
    """Compress what views answer, as the last thing done to it."""

    @app.after_request
    def smaller(response: Response) -> Response:
        return compress(response, request.accept_encodings)
