"""One request as it will be sent, and what of it may follow a redirect."""

import json as jsonlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from .answers import Refused

File = tuple[str, bytes, str]
Form = Mapping[str, str] | Sequence[tuple[str, str]]

_CARRIED = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "user-agent"})


@dataclass(frozen=True)
class Call:
    """A request without its address. Header names are lower-case."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    max_bytes: int

    def redirected(self, status: int, same_origin: bool) -> "Call":
        """The call for the next hop: a body (307, 308) and credentials stay inside one origin."""
        kept = self.headers if same_origin else {k: v for k, v in self.headers.items() if k in _CARRIED}
        if status in (307, 308) or self.method in ("GET", "HEAD"):
            if self.body is not None and not same_origin:
                raise Refused("a body is not carried to another origin", sent=True)
            return replace(self, headers=kept)
        bare = {k: v for k, v in kept.items() if k != "content-type"}
        return replace(self, method="GET", headers=bare, body=None)


def encode(
    body: bytes | None, json: object, form: Form | None, files: Mapping[str, File] | None
) -> tuple[bytes | None, str]:
    """The body of a request and its media type (empty: the caller's own header says it)."""
    if json is not None:
        return jsonlib.dumps(json, ensure_ascii=False).encode(), "application/json"
    if files is not None:
        plain = list(form.items() if isinstance(form, Mapping) else form or ())
        return encode_multipart_formdata([*plain, *files.items()])
    if form is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    return body, ""
