"""The parts of OAuth 2 that every network with a code flow shares: PKCE, and what must hold at the return."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from ..i18n import N_
from .base import NetworkError, Remedy


def verifier() -> str:
    """A PKCE verifier: 43 characters, 256 bits (RFC 7636)."""
    return secrets.token_urlsafe(32)


def challenge(of: str) -> str:
    """Its S256 challenge."""
    return urlsafe_b64encode(sha256(of.encode()).digest()).rstrip(b"=").decode()


def code(kept: Mapping[str, str], answer: Mapping[str, str]) -> str:
    """The authorization code of a return that belongs to the journey kept.

    The state must be ours, and the issuer, if the server names itself, the one we sent the browser to
    (RFC 9207). NetworkError(ASK) otherwise, and when the person said no.
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), kept.get("state", "").encode()):
        raise NetworkError(N_("This answer belongs to another attempt. Start again."), Remedy.ASK, code="state")
    if answer.get("iss") and answer["iss"].rstrip("/") != kept.get("issuer", "").rstrip("/"):
        raise NetworkError(N_("The answer came from another server. Start again."), Remedy.ASK, code="issuer")
    if answer.get("error") == "access_denied":
        raise NetworkError(N_("The connection was not allowed there."), Remedy.ASK, code="denied")
    if answer.get("error") or not answer.get("code"):
        raise NetworkError(N_("The server did not complete the sign-in. Start again."), Remedy.ASK, code="consent")
    return answer["code"]
