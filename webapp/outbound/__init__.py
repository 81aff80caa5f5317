"""The only door to addresses that others gave us: networks, push services, webhooks, link checks.

A name is resolved once, every address it has is checked, and the connection goes to that very address while
Host, SNI and certificate stay those of the name. Each redirect is checked anew, credentials do not cross
origins, time and bytes are capped. Private hosts and plain http only if the operator lists them
(NOD_PRIVATE_HOSTS).
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urldefrag, urljoin

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from ..config import Config
from .addresses import BadUrl, Target, listed, parse, public, resolve, safe_link
from .answers import Answer, Interrupted, OutboundError, Refused, TooBig, Unreachable
from .calls import Call, File, Form, encode
from .many import Flock, K, Letter, Outcome
from .wire import Flight, current, pools

__all__ = [
    "Answer",
    "Interrupted",
    "K",
    "Letter",
    "OutboundError",
    "Refused",
    "Target",
    "TooBig",
    "Unreachable",
    "aim",
    "configure",
    "letter",
    "post_many",
    "request",
    "safe_link",
]

log = logging.getLogger("nod.outbound")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECT_SECONDS = 5.0


class _Door:
    """What the operator allows, and this process's connections."""

    def __init__(self, private_hosts: frozenset[str], agent: str) -> None:
        self.private_hosts, self.agent = private_hosts, agent
        self._pools: PoolManager | None = None
        self._pid = 0

    def pools(self) -> PoolManager:
        """This process's connections; a fork starts with none of its parent's."""
        if self._pools is None or self._pid != os.getpid():
            self._pools, self._pid = pools(), os.getpid()
        return self._pools

    def read(self, url: str, sent: bool) -> Target:
        """Read a URL and decide about its scheme. Raises Refused."""
        try:
            target = parse(url)
        except BadUrl as why:
            raise _refusal("an address", str(why), sent) from None
        if target.scheme == "http" and not listed(target, self.private_hosts):
            raise _refusal(target.host, "only https is allowed", sent)
        return target

    def addresses(self, target: Target, sent: bool) -> list[str]:
        """Resolve once and check every address. Raises Refused or Unreachable."""
        try:
            found = resolve(target)
        except (OSError, UnicodeError):
            raise Unreachable(f"{target.host} does not resolve", sent=sent) from None
        allowed = listed(target, self.private_hosts) or all("%" not in a and public(ip_address(a)) for a in found)
        if not allowed:
            raise _refusal(target.host, "it resolves to an address that is not public", sent)
        return found


_door = _Door(frozenset(), "Nod")


def configure(config: Config) -> None:
    """Take the operator's settings. Called once at start-up, before threads."""
    global _door
    _door = _Door(config.private_hosts, f"Nod (+{config.base_url})")
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # its lines repeat paths and queries


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: object = None,
    form: Form | None = None,
    files: Mapping[str, File] | None = None,
    timeout: float = 10.0,
    max_bytes: int = 2_000_000,
    redirects: int = 3,
    fresh: bool = False,
) -> Answer:
    """Ask, and read the whole answer within `timeout` seconds and `max_bytes` (after decompression).

    `files` maps field names to (file name, bytes, media type). With `redirects=0` a redirect is returned as
    the answer. `fresh` takes a new connection: for what must not be sent twice, since a kept one may just have
    been closed by the server. Raises Refused, Unreachable, Interrupted or TooBig; see their `sent`.
    """
    door, flight = _door, Flight(time.monotonic() + timeout, fresh)
    target = door.read(url, False)
    body, kind = encode(body, json, form, files)
    sent = {"user-agent": door.agent, "accept-encoding": "gzip", **({"content-type": kind} if kind else {})}
    call = Call(method, {**sent, **{k.lower(): v for k, v in (headers or {}).items()}}, body, max_bytes)
    for _hop in range(redirects + 1):
        answer = _once(door, target, call, flight)
        if answer.status not in _REDIRECTS or "location" not in answer.headers or redirects == 0:
            return answer
        here, target = target, door.read(urldefrag(urljoin(answer.url, answer.headers["location"])).url, True)
        if here.scheme == "https" and target.scheme != "https":
            raise _refusal(target.host, "it leaves https", True)
        call = call.redirected(answer.status, here.origin == target.origin)
    raise _refusal(target.host, "too many redirects", True)


def aim(url: str) -> Target:
    """A place that many letters go to, checked as far as its address tells. Raises Refused."""
    return _door.read(url, False)


def letter(key: K, target: Target, headers: Mapping[str, str], body: bytes) -> Letter[K]:
    """One of many POSTs. Header values must be ASCII without line ends."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return Letter(key, target, f"user-agent: {_door.agent}\r\n{lines}".encode("ascii"), body)


def post_many(letters: Iterable[Letter[K]], *, timeout: float = 10.0) -> Iterator[Outcome[K]]:
    """Send many at once over kept connections; answers (key, answer or error) as they come. Follows no redirect.

    Letters are taken as connections get free, so that they can be made meanwhile. At most one repetition, when a kept
    connection turns out to be closed.
    """
    door = _door
    flock: Flock[K] = Flock(lambda target: door.addresses(target, False), timeout)
    return flock.run(letters)


def _once(door: _Door, target: Target, call: Call, flight: Flight) -> Answer:
    """One hop. A GET that failed on a kept connection is asked once more on a new one (RFC 9110, 9.2.2)."""
    found = door.addresses(target, flight.sent)[:4]
    token = current.set(flight)
    try:
        return _first(door, target, call, flight, found)
    except Interrupted as fault:
        late = time.monotonic() >= flight.deadline
        if late or not flight.reused or isinstance(fault, TooBig) or call.method not in ("GET", "HEAD"):
            raise
        flight.fresh = True
        return _first(door, target, call, flight, found)
    finally:
        current.reset(token)


def _first(door: _Door, target: Target, call: Call, flight: Flight, found: list[str]) -> Answer:
    """The first address that takes the connection gets the request, and only that one."""
    before = flight.sent
    for address in found:
        flight.sent = flight.reused = False
        try:
            return _read(_open(door, target, address, call, flight), target, call)
        except (HTTPError, OSError) as fault:
            if flight.sent:
                raise Interrupted(f"{target.host}: {type(fault).__name__}", sent=True) from None
    raise Unreachable(f"{target.host} cannot be reached", sent=before)


def _open(door: _Door, target: Target, address: str, call: Call, flight: Flight) -> BaseHTTPResponse:
    name = {"server_hostname": target.host} if target.scheme == "https" else {}
    pool = door.pools().connection_from_host(address, target.port, target.scheme, name)
    left = flight.left()
    return pool.urlopen(
        call.method,
        target.path,
        body=call.body,
        headers={**call.headers, "host": target.authority},
        redirect=False,
        retries=False,
        assert_same_host=False,
        timeout=Timeout(connect=min(_CONNECT_SECONDS, left), read=left),
        preload_content=False,
    )


def _read(response: BaseHTTPResponse, target: Target, call: Call) -> Answer:
    """The whole body, bounded. Anything but a full answer closes the connection."""
    body, length = bytearray(), getattr(response, "length_remaining", None) or 0
    try:
        if length > call.max_bytes and call.method != "HEAD":
            raise TooBig(f"{target.host}: the answer is too long", sent=True)
        for chunk in response.stream(65_536, decode_content=True):
            body += chunk
            if len(body) > call.max_bytes:
                raise TooBig(f"{target.host}: the answer is too long", sent=True)
    except BaseException:
        response.close()
        raise
    response.release_conn()
    return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, bytes(body), target.url)


def _refusal(host: str, why: str, sent: bool) -> Refused:
    log.warning("refused %s: %s", host, why)
    return Refused(f"{host}: {why}", sent=sent)
