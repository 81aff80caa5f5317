"""Consent at AT Protocol servers against a double: proofs, nonces, our signature, identities that do not fit."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.conftest import config_for
from tests.networks.doubles import Double, Reply, Request
from tests.networks.test_contract import failure
from webapp import vault
from webapp.networks import atproto_oauth, dpop, identity, oauth
from webapp.networks.base import Account, Remedy
from webapp.networks.bluesky import NETWORK as bluesky

Start = Callable[[Double], Account]
BACK = "https://nod.test/channels/callback"
DID = "did:plc:a"


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(token: str, jwk: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of an ES256 JWT whose signature holds."""
    head, claims, signature = token.split(".")
    x, y = (int.from_bytes(unb64(jwk[n])) for n in "xy")
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(unb64(head)), json.loads(unb64(claims))


class Server(Double):
    """Resource server, authorization server and directory in one. Asks every proof for its nonce."""

    nonce, sub, home, issuer, named = "n-1", DID, "", "", ""

    def route(self, request: Request) -> Reply:
        if request.path == "/.well-known/oauth-protected-resource":
            return Reply(body={"authorization_servers": [self.named or self.url]})
        if request.path == "/.well-known/oauth-authorization-server":
            ends = ("pushed_authorization_request", "authorization", "token", "revocation")
            return Reply(body={"issuer": self.issuer or self.url, **{f"{e}_endpoint": f"{self.url}/{e}" for e in ends}})
        if request.path.startswith("/did:"):
            service = {"id": "#atproto_pds", "serviceEndpoint": self.home or self.url}
            return Reply(body={"id": DID, "alsoKnownAs": ["at://alice.test"], "service": [service]})
        return self.proved(request) if "dpop" in request.headers else Reply(404)

    def proved(self, request: Request) -> Reply:
        head = json.loads(unb64(request.headers["dpop"].split(".")[0]))
        _, claims = verified(request.headers["dpop"], head["jwk"])
        assert (claims["htm"], claims["htu"]) == (request.method, self.url + request.path)
        if claims.get("nonce") != self.nonce:
            return Reply(400, {"error": "use_dpop_nonce"}, {"dpop-nonce": self.nonce})
        form = {k: v[0] for k, v in parse_qs(request.body.decode()).items()}
        if request.path == "/token":
            return Reply(body={"access_token": "canary-a", "refresh_token": "canary-r", "sub": self.sub, "form": form})
        return Reply(201, {"request_uri": "urn:1"})


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> None:
    vault.load(config_for(tmp_path, "sqlite://"))


@pytest.fixture
def server(start: Start, monkeypatch: pytest.MonkeyPatch) -> Server:
    double = Server()
    start(double)
    monkeypatch.setattr(identity, "directory", double.url)
    return double


def journey(server: Server) -> dict[str, str]:
    return dict(bluesky.begin({"handle": "@Alice.test", "server": server.url}, BACK, "s").kept)


def answer(server: Server, **more: str) -> dict[str, str]:
    return {"code": "c", "state": "s", "iss": server.url, **more}


def pushed(server: Server) -> dict[str, str]:
    last = [r for r in server.seen if r.path == "/pushed_authorization_request"][-1]
    return {k: v[0] for k, v in parse_qs(last.body.decode()).items()}


def test_the_request_is_pushed_and_the_browser_gets_its_number_only(server: Server) -> None:
    made = bluesky.begin({"handle": "@Alice.test ", "server": server.url}, BACK, "s")
    asked = {k: v[0] for k, v in parse_qs(urlsplit(made.url).query).items()}
    assert asked == {"client_id": "https://nod.test/oauth/client-metadata.json", "request_uri": "urn:1"}
    form = pushed(server)
    assert form["code_challenge"] == oauth.challenge(made.kept["verifier"])
    assert (form["login_hint"], form["redirect_uri"], form["state"]) == ("alice.test", BACK, "s")


def test_a_nonce_is_taken_up_once_and_used_from_then_on(server: Server) -> None:
    journey(server)
    assert [r.path for r in server.seen].count("/pushed_authorization_request") == 2
    journey(server)
    assert [r.path for r in server.seen].count("/pushed_authorization_request") == 3


def test_nod_proves_to_be_itself(server: Server) -> None:
    journey(server)
    (published,) = atproto_oauth.keys()["keys"]
    head, claims = verified(pushed(server)["client_assertion"], published)
    assert head["kid"] == published["kid"]
    assert claims["iss"] == claims["sub"] == "https://nod.test/oauth/client-metadata.json"
    assert claims["aud"] == server.url
    assert 0 < claims["exp"] - claims["iat"] <= 60


def test_the_private_half_is_nowhere_to_be_read(server: Server) -> None:
    assert set(atproto_oauth.keys()["keys"][0]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_the_return_becomes_an_account(server: Server) -> None:
    profile = bluesky.finish(journey(server), answer(server), BACK)
    assert (profile.remote_id, profile.handle, profile.server) == (DID, "@alice.test", server.url)
    assert (profile.secrets["access"], profile.secrets["refresh"]) == ("canary-a", "canary-r")
    assert "canary" not in repr(profile)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sub": "did:plc:b"}, "identity"),
        ({"named": "https://other.example"}, "identity"),
        ({"home": "https://other.example"}, "unreachable"),
        ({"home": "javascript:x"}, "identity"),
        ({"sub": "did:key:z"}, "identity"),
        ({"sub": ""}, "garbled"),
    ],
)
def test_nobody_is_believed_to_be_somebody_else(server: Server, change: dict[str, str], code: str) -> None:
    kept = journey(server)
    for name, value in change.items():
        setattr(server, name, value)
    assert failure(lambda: bluesky.finish(kept, answer(server), BACK)).code == code


def test_a_return_must_name_its_issuer(server: Server) -> None:
    kept = journey(server)
    assert failure(lambda: bluesky.finish(kept, {"code": "c", "state": "s"}, BACK)).code == "issuer"
    assert failure(lambda: bluesky.finish(kept, answer(server, iss="https://evil.example"), BACK)).code == "issuer"


def test_a_server_that_calls_itself_another_is_refused(server: Server) -> None:
    server.issuer = "https://other.example"
    assert failure(lambda: journey(server)).code == "server"


def test_without_https_the_person_is_told_what_works(server: Server) -> None:
    where = {"handle": "a.test", "server": server.url}
    error = failure(lambda: bluesky.begin(where, "http://localhost:8000/channels/callback", "s"))
    assert (error.remedy, error.code) == (Remedy.GIVE_UP, "https")


def test_a_proof_is_bound_to_the_token_and_to_one_call() -> None:
    kept = dpop.new_key()
    proofs = [dpop._proof(dpop._loaded(kept), "POST", "https://pds.example/xrpc/x?y=1", "token") for _ in range(2)]
    _, first = verified(proofs[0], dpop.public(dpop._loaded(kept)))
    _, second = verified(proofs[1], dpop.public(dpop._loaded(kept)))
    assert first["htu"] == "https://pds.example/xrpc/x"
    assert unb64(first["ath"]) == sha256(b"token").digest()
    assert first["jti"] != second["jti"]
