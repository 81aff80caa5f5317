"""The blueprint of push, in a file of its own because two modules of views share it."""

from typing import Any

from flask import Blueprint

from . import vapid

bp = Blueprint("push", __name__)


@bp.record_once
def _globals(state: Any) -> None:
    state.app.jinja_env.globals["push_key"] = vapid.public_key
