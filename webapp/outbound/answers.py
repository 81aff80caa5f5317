"""What the outbound door gives back: an answer, or an error that says whether anything was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


class OutboundError(Exception):
    """A request without a usable answer. `sent` is False only if certainly no server received anything."""

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent


class Refused(OutboundError):
    """The address is not allowed; nothing was connected to it (`sent` is True if an earlier hop was)."""


class Unreachable(OutboundError):
    """Nothing was sent: the name does not resolve, or no connection or TLS session could be made."""


class Interrupted(OutboundError):
    """The request was sent and no full answer came: whether it had an effect is not known."""


class TooBig(Interrupted):
    """The answer is longer than asked for; reading stopped."""


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are lower-case; `url` is where the last hop went."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def host(self) -> str:
        """Host and port that answered, for messages."""
        return urlsplit(self.url).netloc

    @property
    def text(self) -> str:
        """The body as UTF-8; bytes that are not become replacement characters."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. ValueError for anything else, also for nesting beyond reason."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("too deep") from None
