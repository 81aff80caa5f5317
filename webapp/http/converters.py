"""Ids in addresses: only the canonical lower-case form is an id; every other spelling is a page that does not exist."""

import uuid

from flask import Flask
from werkzeug.routing import BaseConverter


class CanonicalUUID(BaseConverter):
    """`0190a1b2-...` and nothing else: no braces, no urn, no capitals, no missing hyphens."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> uuid.UUID:
        return uuid.UUID(value)

    def to_url(self, value: uuid.UUID | str) -> str:
        return str(value)


def init(app: Flask) -> None:
    """Make `<uuid:...>` strict everywhere."""
    app.url_map.converters["uuid"] = CanonicalUUID
