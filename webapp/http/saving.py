"""Whether a device wants few bytes: as it was told on the account page (a cookie, since phones differ), else as its
browser says. Then pictures are smaller and nothing is fetched ahead."""

from flask import Flask, request
from werkzeug.wrappers import Response

COOKIE = "nod-data"
_YEAR = 365 * 24 * 3600


def saving() -> bool:
    """Whether this request's device saves data."""
    told = request.cookies.get(COOKIE, "")
    if told in ("less", "all"):
        return told == "less"
    return request.headers.get("Save-Data", "").lower() == "on"


def remember(response: Response, less: bool) -> Response:
    """Keep what the device was told."""
    value = "less" if less else "all"
    response.set_cookie(COOKIE, value, max_age=_YEAR, path="/", secure=True, httponly=True, samesite="Lax")
    return response


def init(app: Flask) -> None:
    """Give templates `saving()`."""
    app.jinja_env.globals.update(saving=saving)
