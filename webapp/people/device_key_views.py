"""A page of ours asks for the key of the device it runs on, once after each sign-in."""

import json
import re

from flask import request
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import as_json
from webapp.i18n import _

from . import device_keys
from .base_views import bp

_NAME = re.compile(r"[0-9a-f-]{16,64}", re.ASCII)
_LONGEST = 1000


def device_name(raw: str) -> str:
    """The name a browser gave itself; nothing when it is none."""
    return raw if _NAME.fullmatch(raw) else ""


@bp.post("/device/key")
def device_key() -> Response:
    """`{"device": name}` -> `{"key": base64}`: the same key for the same person, organization and device."""
    name = device_name(_asked())
    if not name:
        raise Invalid(_("This device did not say which one it is. Reload the page and try again."))
    return as_json({"key": device_keys.key_for(actor(), name)})


def _asked() -> str:
    """The name in the body, whatever else came."""
    if (request.content_length or _LONGEST + 1) > _LONGEST:
        return ""
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return ""
    name = found.get("device") if isinstance(found, dict) else None
    return name if isinstance(name, str) else ""
