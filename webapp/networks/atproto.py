"""Calls of the AT Protocol: XRPC, and sessions that renew themselves once and keep what they got.

Source: atproto.com (specs xrpc, record-key, tid) and the lexicons com.atproto.server and com.atproto.repo.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from ..i18n import N_
from ..outbound import Answer
from . import atproto_oauth, dpop, talk
from .base import Account, NetworkError, Remedy

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_CLOSED = frozenset({"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoDeactivated", "RepoTakendown"})
_EXPIRED = frozenset({"ExpiredToken", "invalid_token"})
_LOST = _EXPIRED | {"InvalidToken", "AuthMissing", "AuthenticationRequired", "invalid_grant", "invalid_client"}

Query = Mapping[str, str] | None


def call(
    server: str, method: str, name: str, *, token: str = "", key: str = "", query: Query = None, **how: Any
) -> Answer:
    """One XRPC call, with a bearer token or one bound to a key. Any status is an answer."""
    url = f"{server}/xrpc/{name}" + (f"?{urlencode(query)}" if query else "")
    if key:
        return dpop.ask(method, url, key, token=token, **how)
    return talk.ask(method, url, token=token, **how)


def error(answer: Answer) -> str:
    """The error name of an answer, such as `ExpiredToken`; empty if it has none."""
    try:
        found = answer.json()
    except ValueError:
        return ""
    name = found.get("error") if isinstance(found, dict) else None
    return name if isinstance(name, str) else ""


def accept(answer: Answer, secrets: Mapping[str, str], *, writing: bool = False) -> Answer:
    """The answer if it is a success; otherwise the NetworkError that it means."""
    if 200 <= answer.status < 300:
        return answer
    said, name = {"host": answer.host, "reason": talk.reason(answer, secrets)}, error(answer)
    if name in _CLOSED:
        message = N_("The account is closed or suspended: %(reason)s")
        raise NetworkError(message, Remedy.ASK, code=name, params=said)
    if answer.status in (400, 401) and name in _LOST:
        message = N_("%(host)s no longer accepts this connection. Connect the channel again.")
        raise NetworkError(message, Remedy.RECONNECT, code=name, params=said)
    raise talk.refusal(answer, writing=writing, secrets=secrets)


class Session:
    """An account's tokens during one verb. An expired access token is renewed once, and the call repeated."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.secrets = dict(account.secrets)

    def __repr__(self) -> str:
        return f"Session({self._account.handle})"

    def call(self, method: str, name: str, *, writing: bool = False, **how: Any) -> Answer:
        """As the module's `call`, signed in; raises for anything but a success."""
        answer = self._once(method, name, writing=writing, **how)
        if answer.status in (400, 401) and error(answer) in _EXPIRED:
            self._renew()
            answer = self._once(method, name, writing=writing, **how)
        return accept(answer, self.secrets, writing=writing)

    def _once(self, method: str, name: str, **how: Any) -> Answer:
        token, key = self.secrets.get("access", ""), self.secrets.get("dpop", "")
        return call(self._account.server, method, name, token=token, key=key, **how)

    def _renew(self) -> None:
        with self._account.alone():
            latest = self._account.latest()
            if latest.get("access") and latest["access"] != self.secrets.get("access"):
                self.secrets = {**self.secrets, **latest}
                return
            fresh = self._refreshed({**self.secrets, **latest})
            self._account.store(fresh)
            self.secrets = {**self.secrets, **fresh}

    def _refreshed(self, secrets: Mapping[str, str]) -> dict[str, str]:
        """New tokens. Both must be there: half an answer is none, and what we have is kept."""
        if secrets.get("dpop"):
            renewed, sent = atproto_oauth.refresh(secrets)
            return atproto_oauth.tokens(accept(renewed, {**secrets, **sent}), secrets.get("did", ""))
        name = "com.atproto.server.refreshSession"
        answer = accept(call(self._account.server, "POST", name, token=secrets.get("refresh", "")), secrets)
        return tokens(answer)


def tokens(answer: Answer) -> dict[str, str]:
    """Access and refresh token of a session that was just made or renewed."""
    found = talk.data(answer)
    pairs = (("access", "accessJwt"), ("refresh", "refreshJwt"))
    return {ours: talk.need(found, theirs, answer) for ours, theirs in pairs}


def record_key(key: str, at: datetime) -> str:
    """A record key (TID) that is always the same for a delivery: its planned time, told apart by its key.

    13 characters of base32-sortable: 53 bits of microseconds and 10 bits of clock id. The microseconds inside
    the planned second and the clock id come from a hash of the key.
    """
    digest = int.from_bytes(sha256(key.encode()).digest()[:8])
    micros = int(at.timestamp()) * 1_000_000 + digest % 1_000_000
    number = (micros << 10) | (digest >> 54)
    return "".join(_SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))
