"""Which addresses Nod may speak to, and which links it may show.

A URL that others gave us is read strictly (one reading, no leniency that a second parser could use), its name
is resolved once, and every address found must be public. Sources of the blocks: the IANA special-purpose
registries for IPv4 and IPv6.
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\]")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")
_PORTS = {"http": 80, "https": 443}
_CLOSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


class BadUrl(ValueError):
    """Not a URL that Nod accepts. The message says why and repeats nothing of the URL."""


@dataclass(frozen=True)
class Target:
    """A URL read strictly. `host` is lower-case ASCII; `path` has a leading `/` and the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says: the port only when it is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials belong to."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The URL written out."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str) -> Target:
    """Read an http(s) URL. BadUrl for user-info, backslashes, controls, blanks, odd hosts, fragments."""
    if not url or len(url) > 4096 or _UNSAFE.search(url):
        raise BadUrl("it is empty, too long or has characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl("host or port cannot be read") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.netloc or port == 0:
        raise BadUrl("it is not a web address")
    if "@" in parts.netloc or "%" in parts.netloc or "#" in url:
        raise BadUrl("user names, zones, escapes in the host and fragments are not accepted")
    query = f"?{parts.query}" if parts.query else ""
    return Target(scheme, _host(parts.hostname or ""), port or _PORTS[scheme], (parts.path or "/") + query)


def _host(name: str) -> str:
    if ":" in name:
        try:
            return str(ipaddress.IPv6Address(name))
        except ValueError:
            raise BadUrl("the host is not an address") from None
    try:
        host = name.encode("ascii" if name.isascii() else "idna").decode().lower()
    except UnicodeError:
        raise BadUrl("the host is not a name") from None
    if not _NAME.fullmatch(host):
        raise BadUrl("the host is not a name")
    return host


def public(address: Address) -> bool:
    """Whether an address belongs to the public internet (an IPv4 address inside an IPv6 one is unwrapped)."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address.version == block.version and address in block for block in _CLOSED):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_link_local)


def listed(target: Target, hosts: Collection[str]) -> bool:
    """Whether the operator allows this private host: `host` or `host:port` in NOD_PRIVATE_HOSTS."""
    name = f"[{target.host}]" if ":" in target.host else target.host
    return target.host in hosts or name in hosts or f"{name}:{target.port}" in hosts


def resolve(target: Target) -> list[str]:
    """Every address of a host, in the resolver's order, once. OSError when there is none."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def safe_link(url: str) -> str | None:
    """The URL if it may stand in an `href` (http or https, no user name, no tricks), else None: show text."""
    bare, _, fragment = url.partition("#")
    try:
        parse(bare)
    except BadUrl:
        return None
    return None if _UNSAFE.search(fragment) else url
