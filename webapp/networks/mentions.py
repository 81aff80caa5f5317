"""Who a text names: each network's own way of writing a handle, and what will not become a link there.

`@name@host` is the fediverse's, `@name.host` is atproto's. A sign that was meant as a handle but has the wrong form
stays plain text there; the composer says so before it goes out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import regex

from .counting import links

_AT = regex.compile(r"(?<![\w@/.=])[@＠]([\w][\w.@-]*)?", regex.I)
_LOCAL = regex.compile(r"[a-z0-9_]+([a-z0-9_.-]*[a-z0-9_])?", regex.I)
_HOST = regex.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?", regex.I)


@dataclass(frozen=True)
class Mention:
    """A handle as it stands in a text, with its `@`. `well_formed`: the network makes a link of it."""

    handle: str
    well_formed: bool


@runtime_checkable
class Mentioning(Protocol):
    """Networks where a handle in a text names somebody."""

    def mentions(self, text: str) -> list[Mention]: ...


def signs(text: str) -> Iterator[str]:
    """What stands after each `@` that begins a word, outside of links."""
    taken = list(links(text))
    for found in _AT.finditer(text):
        if not any(start <= found.start() < end for start, end in taken):
            name = (found.group(1) or "").rstrip(".-")
            if name:
                yield name


def fediverse(text: str) -> list[Mention]:
    """`@name` on the same server, `@name@host` elsewhere."""
    return [Mention(f"@{name}", _fediverse(name)) for name in signs(text)]


def _fediverse(name: str) -> bool:
    local, at, host = name.partition("@")
    return bool(_LOCAL.fullmatch(local)) and (not at or bool(_HOST.fullmatch(host)))


def domains(text: str) -> list[Mention]:
    """`@name.host`: a whole domain name."""
    return [Mention(f"@{name}", bool(_HOST.fullmatch(name))) for name in signs(text)]
