"""Proofs of possession: what OAuth at AT Protocol servers asks for beside a token.

Every call carries a fresh proof signed by a key that belongs to one connection (RFC 9449); a server answers the first
one with a nonce of its own, which the next must repeat. Nod itself signs with a key of the installation, so that
servers grant it long sessions (`private_key_jwt`, RFC 7523).
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections import OrderedDict
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .. import times
from ..outbound import Answer
from ..vault import vault
from . import talk

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
_KEPT = 1000
_nonces: OrderedDict[str, str] = OrderedDict()

Key = ec.EllipticCurvePrivateKey


def new_key() -> str:
    """A key for one connection, as text to keep among its secrets."""
    return f"{_number(secrets.token_bytes(48)):064x}"


def own_key() -> Key:
    """The installation's key, derived from the vault: the same on every host, never stored."""
    return ec.derive_private_key(_number(sha256(vault().derive("networks-client")).digest()), ec.SECP256R1())


def _number(entropy: bytes) -> int:
    return int.from_bytes(entropy) % (_ORDER - 1) + 1


def _loaded(kept: str) -> Key:
    return ec.derive_private_key(int(kept, 16), ec.SECP256R1())


def public(key: Key) -> dict[str, str]:
    """The public half as a JWK."""
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _b64(numbers.x.to_bytes(32)), "y": _b64(numbers.y.to_bytes(32))}


def thumbprint(key: Key) -> str:
    """The name of a key (RFC 7638)."""
    return _b64(sha256(json.dumps(public(key), sort_keys=True, separators=(",", ":")).encode()).digest())


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(key: Key, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A compact ES256 JWT, with a random id and the time of issue."""
    now = int(times.now().timestamp())
    claims = {"jti": secrets.token_urlsafe(16), "iat": now, **claims}
    parts = ({"alg": "ES256", **header}, claims)
    body = ".".join(_b64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{body}.{_b64(r.to_bytes(32) + s.to_bytes(32))}"


def assertion(client_id: str, issuer: str) -> dict[str, str]:
    """The form fields by which Nod proves to be the client of that id."""
    key, now = own_key(), int(times.now().timestamp())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "exp": now + 60}
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": sign(key, {"kid": thumbprint(key)}, claims),
    }


def ask(method: str, url: str, kept: str, *, token: str = "", **how: Any) -> Answer:
    """As `talk.ask`, with a proof; asked once more when the server names a nonce, before which nothing happened."""
    headers = dict(how.pop("headers", None) or {})
    if token:
        headers["authorization"] = f"DPoP {token}"
    for last in (False, True):
        headers["dpop"] = _proof(_loaded(kept), method, url, token)
        answer = talk.ask(method, url, headers=headers, **how)
        if not _renonced(answer, url) or last:
            break
    return answer


def _proof(key: Key, method: str, url: str, token: str) -> str:
    parts = urlsplit(url)
    claims = {"htm": method, "htu": f"{parts.scheme}://{parts.netloc}{parts.path}"}
    if token:
        claims["ath"] = _b64(sha256(token.encode()).digest())
    if parts.netloc in _nonces:
        claims["nonce"] = _nonces[parts.netloc]
    return sign(key, {"typ": "dpop+jwt", "jwk": public(key)}, claims)


def _renonced(answer: Answer, url: str) -> bool:
    """Keep the nonce a server gives; whether it refused for want of it."""
    given, host = answer.headers.get("dpop-nonce", ""), urlsplit(url).netloc
    if given and len(given) < 500:
        _nonces[host] = given
        while len(_nonces) > _KEPT:
            _nonces.popitem(last=False)
    if answer.status not in (400, 401) or not given:
        return False
    return "use_dpop_nonce" in answer.headers.get("www-authenticate", "") + answer.text[:1000]
