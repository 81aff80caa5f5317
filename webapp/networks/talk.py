"""Asking a network over HTTP, and reading its refusals: the one place where an outcome gets its remedy.

`writing` is said of the one request that makes a post visible. Where it may have reached the network and no
clear answer came (a timeout, a broken answer, any 5xx, since proxies answer for servers that went on), the
remedy is UNKNOWN: probe, never repeat. Everything else may be repeated.
"""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from .. import outbound, times
from ..i18n import N_
from ..outbound import Answer
from .base import NetworkError, Remedy

_RESETS = ("retry-after", "x-ratelimit-reset", "ratelimit-reset")


def ask(method: str, url: str, *, token: str = "", writing: bool = False, **how: Any) -> Answer:
    """One request; any status is an answer. NetworkError where there was none. Writes follow no redirect."""
    headers = {**(how.pop("headers", None) or {}), "accept": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    how.setdefault("redirects", 3 if method == "GET" else 0)
    how.setdefault("fresh", method != "GET")
    try:
        return outbound.request(method, url, headers=headers, **how)
    except outbound.OutboundError as fault:
        raise _no_answer(fault, urlsplit(url).netloc, writing) from None


def _no_answer(fault: outbound.OutboundError, host: str, writing: bool) -> NetworkError:
    if isinstance(fault, outbound.Refused) and not fault.sent:
        message = N_("Nod may not connect to %(host)s: it is not a public web server with https.")
        return NetworkError(message, Remedy.ASK, code="refused", params={"host": host})
    if fault.sent and writing:
        return unclear(host)
    if fault.sent:
        message = N_("%(host)s did not answer in time.")
        return NetworkError(message, Remedy.RETRY, code="interrupted", params={"host": host})
    message = N_("%(host)s cannot be reached.")
    return NetworkError(message, Remedy.RETRY, code="unreachable", params={"host": host})


def unclear(host: str) -> NetworkError:
    """It was sent, and whether it had an effect is not known."""
    message = N_("%(host)s gave no clear answer. Whether the post is out is not known yet.")
    return NetworkError(message, Remedy.UNKNOWN, code="unclear", params={"host": host})


def accept(answer: Answer, *, writing: bool = False, secrets: Mapping[str, str] | None = None) -> Answer:
    """The answer if it is a success (2xx); otherwise the NetworkError that its status means."""
    if 200 <= answer.status < 300:
        return answer
    raise refusal(answer, writing=writing, secrets=secrets)


def refusal(answer: Answer, *, writing: bool = False, secrets: Mapping[str, str] | None = None) -> NetworkError:
    """What a status that is no success means, by Mastodon's and AT Protocol's documentation."""
    host, status = answer.host, answer.status
    said = {"host": host, "reason": reason(answer, secrets)}
    if status == 429:
        message = N_("%(host)s asks us to wait.")
        return NetworkError(message, Remedy.RETRY, retry_at=reset(answer), code="429", params={"host": host})
    if status >= 500 or status == 408:
        if writing:
            return unclear(host)
        message = N_("%(host)s has trouble at the moment.")
        return NetworkError(message, Remedy.RETRY, retry_at=reset(answer), code=str(status), params={"host": host})
    message, remedy = _MEANING.get(status, _OTHER)
    if status < 400:
        message, remedy = (
            N_("%(host)s sent us to another address. Connect the channel with that one."),
            Remedy.ASK,
        )
    return NetworkError(message, remedy, code=str(status), params=said)


_OTHER = (N_("%(host)s refused it: %(reason)s"), Remedy.GIVE_UP)
_MEANING = {
    401: (N_("%(host)s no longer accepts this connection. Connect the channel again."), Remedy.RECONNECT),
    403: (N_("%(host)s does not allow this: %(reason)s"), Remedy.ASK),
    404: (N_("%(host)s does not have what was asked for."), Remedy.GIVE_UP),
    410: (N_("%(host)s does not have what was asked for."), Remedy.GIVE_UP),
    413: (N_("%(host)s finds the picture too large."), Remedy.GIVE_UP),
}


def data(answer: Answer, *, writing: bool = False) -> dict[str, Any]:
    """The JSON object of a successful answer. Anything else is as if no answer had come."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    raise _garbled(answer, writing)


def listing(answer: Answer) -> list[dict[str, Any]]:
    """The JSON list of objects of a successful answer."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, list) and all(isinstance(each, dict) for each in found):
        return found
    raise _garbled(answer, False)


def need(values: Mapping[str, Any], name: str, answer: Answer, *, writing: bool = False) -> str:
    """A text that must be there and not empty, such as an id or a token."""
    value = values.get(name)
    if isinstance(value, str) and 0 < len(value) < 10_000:
        return value
    raise _garbled(answer, writing)


def _garbled(answer: Answer, writing: bool) -> NetworkError:
    host = answer.host
    if writing:
        return unclear(host)
    message = N_("%(host)s answered something that Nod does not understand.")
    return NetworkError(message, Remedy.RETRY, code="garbled", params={"host": host})


def reason(answer: Answer, secrets: Mapping[str, str] | None = None) -> str:
    """What the network says about a refusal: one short line, controls removed, our secrets blotted out."""
    try:
        found = answer.json()
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    names = ("error_description", "message", "error")
    text = next((found[n] for n in names if isinstance(found.get(n), str) and found[n].strip()), "")
    for secret in (secrets or {}).values():
        text = text.replace(secret, "…") if len(secret) > 3 else text
    line = " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C").split())
    return line[:200] or str(answer.status)


def reset(answer: Answer) -> datetime | None:
    """When a network that asks for peace will listen again (UTC), at most a day ahead; None: not said."""
    for name in _RESETS:
        at = _instant(answer.headers.get(name, "").strip())
        if at is not None:
            now = times.now()
            return min(max(at, now + timedelta(seconds=1)), now + timedelta(days=1))
    return None


def _instant(value: str) -> datetime | None:
    """Seconds from now, a Unix time, an ISO time or an HTTP date."""
    if value.isascii() and value.isdigit() and len(value) < 12:
        seconds = int(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 10**9 else times.now() + timedelta(seconds=seconds)
    return moment(value)


def count(value: object) -> int | None:
    """How many there are of something; None for what is no such number."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, 2_000_000_000)


def moment(value: object) -> datetime | None:
    """An instant that a network wrote, as ISO 8601 or an HTTP date; None if it is neither."""
    if not isinstance(value, str) or not value:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(value)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
