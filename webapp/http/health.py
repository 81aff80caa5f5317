"""Whether it lives and whether it can work: for load balancers, supervisors and Prometheus."""

import hmac
from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from webapp.errors import NotFound

from .actor import public
from .answer import as_json

bp = Blueprint("health", __name__)

CHECKS: dict[str, Callable[[], bool]] = {}
GAUGES: dict[str, tuple[str, str, sa.Select[str, int]]] = {}


@bp.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return as_json({"status": "alive"})


@bp.get("/readyz")
@public
def ready() -> Response:
    """Database, Redis, clock and relay, each heard from in the last ten seconds; 503 names what is missing."""
    found = {name: _passes(check) for name, check in CHECKS.items()}
    return as_json(found, 200 if all(found.values()) else 503)


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text; 404 unless NOD_METRICS_TOKEN is set and shown as a bearer token."""
    token = current_app.config["NOD"].metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), shown.encode()):
        raise NotFound
    from .metrics import exposition

    return exposition()
