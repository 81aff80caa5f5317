"""Encrypting for a device (RFC 8291) and saying who we are: what of it can be done once is done once.

A subscription's keys are read and checked once a process, the VAPID header is signed once a service.
"""

import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from webapp import outbound

from . import devices, vapid

if TYPE_CHECKING:
    from pywebpush import WebPusher

MOST = 5000


@dataclass(frozen=True)
class Prepared:
    """A device ready to be written to."""

    sealed: str = field(repr=False)
    target: outbound.Target = field(repr=False)
    origin: str
    pusher: "WebPusher" = field(repr=False)


_prepared: "OrderedDict[uuid.UUID, Prepared]" = OrderedDict()


def prepare(subscription_id: uuid.UUID, sealed: str) -> Prepared:
    """The device of a row. Raises vault.Sealed, outbound.Refused."""
    known = _prepared.get(subscription_id)
    if known is not None and known.sealed == sealed:
        _prepared.move_to_end(subscription_id)
        return known
    made = _prepare(devices.open_keys(subscription_id, sealed), sealed)
    _prepared[subscription_id] = made
    if len(_prepared) > MOST:
        _prepared.popitem(last=False)
    return made


def get_ready() -> None:
    """Load what the first message would wait for a quarter of a second, where there are devices to send one to."""
    if devices.any_here():
        import pywebpush  # noqa: F401


def _prepare(keys: devices.Keys, sealed: str) -> Prepared:
    from pywebpush import WebPusher  # with two HTTP clients, 12 MB that only who sends needs

    target = outbound.aim(keys.endpoint)
    pusher = WebPusher({"endpoint": keys.endpoint, "keys": {"p256dh": keys.p256dh, "auth": keys.auth}})
    # Read once; the library's encryption takes the point as bytes or as the key it would make of them.
    pusher.receiver_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), pusher.receiver_key)
    return Prepared(sealed, target, f"{target.scheme}://{target.authority}", pusher)


def letter(key: outbound.K, device: Prepared, message: bytes, headers: dict[str, str]) -> "outbound.Letter[outbound.K]":
    """A message, encrypted for the device, with our proof for its service."""
    proof = vapid.signer().header(device.origin)
    body: bytes = device.pusher.encode(message)["body"]
    return outbound.letter(key, device.target, {**headers, "authorization": proof}, body)
