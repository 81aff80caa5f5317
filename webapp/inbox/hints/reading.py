"""Whether a hint is the server's own word, and what it says: VAPID (RFC 8292) and aes128gcm (RFC 8188, 8291).

Nothing of what it says is kept or shown but the number of the notification, so that the same hint twice is one.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

LONGEST, SKEW = 24 * 3600, 300
"""Seconds that a signature may be good for (RFC 8292), and that two clocks may differ."""
MOST = 4096
"""Bytes of a hint: what every push service must take, and more than any server sends."""


class Refused(Exception):
    """It is not the server's, not for us, too old, or cannot be read."""


def verify(header: str, server_key: str, origin: str, now: float) -> None:
    """Raises Refused unless the header is signed by that key, for this origin, and still good."""
    said = _said(header)
    if not said.get("k") or said["k"].rstrip("=") != server_key.rstrip("="):
        raise Refused("key")
    signed, _dot, signature = said.get("t", "").rpartition(".")
    head, _dot, claims = signed.partition(".")
    if _json(head).get("alg") != "ES256":
        raise Refused("algorithm")
    _signed(signed, unpacked(signature), server_key)
    found = _json(claims)
    until = found.get("exp")
    if found.get("aud") != origin:
        raise Refused("audience")
    if not isinstance(until, int | float) or isinstance(until, bool) or not now - SKEW < until <= now + LONGEST + SKEW:
        raise Refused("time")


def _said(header: str) -> dict[str, str]:
    scheme, _space, rest = header.strip().partition(" ")
    if scheme.lower() != "vapid" or len(rest) > MOST:
        raise Refused("scheme")
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {name.strip(): value.strip().strip('"') for name, _is, value in pairs}


def _json(part: str) -> Mapping[str, Any]:
    try:
        found = json.loads(unpacked(part))
    except (ValueError, RecursionError):
        raise Refused("token") from None
    if not isinstance(found, dict):
        raise Refused("token")
    return found


def _signed(text: str, signature: bytes, key: str) -> None:
    if len(signature) != 64:
        raise Refused("signature")
    pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(key))
        public.verify(pair, text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise Refused("signature") from None


def opened(body: bytes, private: ec.EllipticCurvePrivateKey, auth: bytes) -> int:
    """The number of the notification it speaks of. Raises Refused for what was not sealed for us."""
    try:
        said = json.loads(http_ece.decrypt(body, private_key=private, auth_secret=auth, version="aes128gcm"))
        number = int(said["notification_id"])
    except Exception:
        raise Refused("content") from None
    if not 0 < number < 2**62:
        raise Refused("content")
    return number


def packed(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """The bytes of it. Raises Refused."""
    try:
        return base64.b64decode((text + "=" * (-len(text) % 4)).encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Refused("encoding") from None
