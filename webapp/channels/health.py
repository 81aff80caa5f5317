"""Whether a channel works: connected, expires soon, or reconnect. One blip never disconnects.

Only a refusal that says "reconnect", confirmed by a second harmless look at the account, takes a channel out. A faulty
network, a timeout or a limit changes nothing; and a channel that answers again is taken back without anybody's help.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from webapp import events, logs, times
from webapp.i18n import _, ngettext
from webapp.networks import network
from webapp.networks.base import Account, NetworkError, Profile, Remedy

from .models import Channel

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Health:
    """What a row shows: shape, word, tone of colour, and why in a sentence (or nothing)."""

    key: str
    word: str
    shape: str
    tone: str
    why: str = ""


def status(channel: Channel, paused: bool = False, inbox: str = "") -> Health:
    """The health of a channel in words, worst first. `inbox`: what is odd about reading its comments."""
    if channel.removed_at is not None:
        return Health("removed", _("Removed"), "s-rejected", "sched")
    if channel.health == "reconnect":
        why = _(channel.problem, **channel.problem_params) if channel.problem else ""
        return Health("reconnect", _("Reconnect"), "s-failed", "fail", why)
    if paused:
        return Health("paused", _("Paused"), "s-held", "hold")
    left = channel.expires_at - times.now() if channel.expires_at else None
    if left is not None and left < SOON:
        days = max(0, math.ceil(left / timedelta(days=1)))
        word = ngettext("Expires in %(n)s day", "Expires in %(n)s days", days) if days else _("Expires today")
        return Health("expires", word, "s-warn", "warn")
    if inbox:
        return Health("inbox", _("Comments missing"), "s-warn", "warn", inbox)
    return Health("connected", _("Connected"), "s-ok", "ok")


def look(channel_key: str, account: Account) -> Profile:
    """Ask the network about the account. No transaction may be open. Raises NetworkError."""
    return network(channel_key).check(account)


def lost(channel_key: str, account: Account) -> NetworkError | None:
    """After a refusal that said "reconnect": look again. The error when it says so too, else None (it was a blip).

    Talks to the network, so no transaction may be open; changes nothing.
    """
    try:
        look(channel_key, account)
    except NetworkError as error:
        return error if error.remedy is Remedy.RECONNECT else None
    return None


@dataclass(frozen=True)
class Disconnected:
    """The network refused the account, and again when asked a second time."""

    error: NetworkError


def second_look(channel_key: str, account: Account, error: NetworkError) -> NetworkError | Disconnected:
    """What an error comes to: one that says "reconnect" is something to try again, unless a second look confirms it.

    Talks to the network then, so no transaction may be open. Never raises: a defect of ours confirms nothing.
    """
    if error.remedy is not Remedy.RECONNECT:
        return error
    try:
        confirmed = lost(channel_key, account)
    except Exception as defect:
        logs.error("channel", defect, network=channel_key)
        confirmed = None
    if confirmed:
        return Disconnected(confirmed)
    return NetworkError(error.message, Remedy.RETRY, retry_at=error.retry_at, code=error.code, params=error.params)


def broken(channel: Channel, message: str, params: Mapping[str, object] | None = None) -> None:
    """A channel that must be reconnected: `message` is a marked sentence. Saying it again changes nothing."""
    if channel.health == "reconnect" or channel.removed_at is not None:
        return
    channel.health, channel.problem, channel.problem_at = "reconnect", message, times.now()
    channel.problem_params = dict(params or {})
    events.record(
        "channel.broken", channel, by=None, network=channel.network, problem=message, params=channel.problem_params
    )


def connected(channel: Channel, profile: Profile) -> None:
    """Note a good look: fresh limits and expiry; a broken channel that answers again is well again."""
    channel.checked_at, channel.expires_at = times.now(), profile.expires_at
    channel.limits, channel.handle = dict(profile.limits), profile.handle or channel.handle
    if channel.health == "reconnect":
        mended(channel)
        events.record("channel.recovered", channel, by=None, network=channel.network)


def mended(channel: Channel) -> None:
    """Take the mark of a problem off."""
    channel.health, channel.problem, channel.problem_at, channel.problem_params = "connected", "", None, {}
