"""Signing in at an AT Protocol server on its own page: PAR, PKCE and DPoP, as atproto.com/specs/oauth asks.

Nod is known to servers by the address of a document that it serves itself (`client`). On a loopback address no server
can read that, so the specification's client for development stands in, which needs no document.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from .. import outbound
from ..i18n import N_
from ..outbound import Answer
from . import dpop, identity, oauth, talk
from .base import Journey, NetworkError, Profile, Remedy

_READ = ("notification.listNotifications", "feed.getPosts", "feed.getPostThread")
SCOPE = " ".join(
    (
        "atproto repo:app.bsky.feed.post repo:app.bsky.feed.like repo:app.bsky.feed.threadgate blob:image/*",
        *(f"rpc:app.bsky.{name}?aud=*" for name in _READ),
    )
)
CLIENT_PATH, KEYS_PATH = "/oauth/client-metadata.json", "/oauth/keys.json"


def client(base_url: str, redirect_uri: str) -> dict[str, Any]:
    """The document served at `CLIENT_PATH`, which names Nod to servers. Public."""
    return {
        "client_id": base_url + CLIENT_PATH,
        "client_name": "Nod",
        "client_uri": base_url,
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [redirect_uri],
        "scope": SCOPE,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "dpop_bound_access_tokens": True,
        "jwks_uri": base_url + KEYS_PATH,
    }


def keys() -> dict[str, Any]:
    """The document served at `KEYS_PATH`: the public half of the installation's key."""
    key = dpop.own_key()
    return {"keys": [{**dpop.public(key), "kid": dpop.thumbprint(key), "alg": "ES256", "use": "sig"}]}


def begin(server: str, handle: str, redirect_uri: str, state: str) -> Journey:
    """Hand the request over at the back (PAR), and send the browser there with its number only."""
    about = _about(_issuer(server))
    kept = {"server": server, "state": state, "issuer": about["issuer"], "token_endpoint": about["token_endpoint"]}
    kept |= {"revocation_endpoint": about.get("revocation_endpoint", ""), "dpop": dpop.new_key()}
    kept |= {"verifier": oauth.verifier(), "client_id": _client_id(redirect_uri)}
    form = {"response_type": "code", "redirect_uri": redirect_uri, "scope": SCOPE, "state": state}
    form |= {"code_challenge": oauth.challenge(kept["verifier"]), "code_challenge_method": "S256"}
    form |= {"login_hint": handle} if handle else {}
    answer = _post(about["pushed_authorization_request_endpoint"], kept, form)
    asked = {"client_id": kept["client_id"]}
    asked["request_uri"] = talk.need(talk.data(talk.accept(answer)), "request_uri", answer)
    return Journey(f"{about['authorization_endpoint']}?{urlencode(asked)}", kept)


def finish(kept: Mapping[str, str], answer: Mapping[str, str], redirect_uri: str) -> Profile:
    """Exchange the code; the account is whose identity names this very server, nobody else's word counts."""
    code = oauth.code(kept, answer)
    if not answer.get("iss"):
        raise NetworkError(N_("The answer came from another server. Start again."), Remedy.ASK, code="issuer")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    got = _post(kept["token_endpoint"], kept, {**form, "code_verifier": kept["verifier"]})
    if got.status in (400, 401, 403):
        raise NetworkError(N_("The server did not complete the sign-in. Start again."), Remedy.ASK, code="consent")
    fresh = tokens(talk.accept(got), None)
    did = talk.need(talk.data(got), "sub", got)
    document = identity.document(did)
    home = identity.home(document)
    if not home or _issuer(home) != kept["issuer"]:
        raise NetworkError(N_("The account's identity could not be confirmed."), Remedy.ASK, code="identity")
    names = ("dpop", "issuer", "client_id", "token_endpoint", "revocation_endpoint")
    secrets = {**fresh, "did": did, **{name: kept[name] for name in names}}
    handle = identity.handle(document)
    return Profile(did, f"@{handle}", handle, home, secrets)


def refresh(secrets: Mapping[str, str]) -> tuple[Answer, dict[str, str]]:
    """The answer to a renewal, and what was sent, for `tokens`. Refresh tokens serve once: call it alone."""
    form = {"grant_type": "refresh_token", "refresh_token": secrets.get("refresh", "")}
    return _post(secrets["token_endpoint"], secrets, form), form


def tokens(answer: Answer, did: str | None) -> dict[str, str]:
    """Access and refresh token of a successful answer: both, and of the same account."""
    found = talk.data(answer)
    if did is not None and found.get("sub") != did:
        raise NetworkError(N_("The account's identity could not be confirmed."), Remedy.ASK, code="identity")
    pairs = (("access", "access_token"), ("refresh", "refresh_token"))
    return {ours: talk.need(found, theirs, answer) for ours, theirs in pairs}


def revoke(secrets: Mapping[str, str]) -> None:
    """Give the session back, where the server has a place for that."""
    if secrets.get("revocation_endpoint"):
        _post(secrets["revocation_endpoint"], secrets, {"token": secrets.get("refresh", "")})


def _post(url: str, kept: Mapping[str, str], form: Mapping[str, str]) -> Answer:
    client_id = kept["client_id"]
    proof = dpop.assertion(client_id, kept["issuer"]) if client_id.startswith("https://") else {}
    return dpop.ask("POST", url, kept["dpop"], form={**form, "client_id": client_id, **proof})


def _client_id(redirect_uri: str) -> str:
    parts = urlsplit(redirect_uri)
    if parts.scheme == "https":
        return f"https://{parts.netloc}{CLIENT_PATH}"
    if parts.hostname in ("127.0.0.1", "::1"):
        return f"http://localhost?{urlencode({'redirect_uri': redirect_uri, 'scope': SCOPE})}"
    message = N_("Signing in at the server works once Nod is reached by https. Use an app password until then.")
    raise NetworkError(message, Remedy.GIVE_UP, code="https")


def _issuer(server: str) -> str:
    """The authorization server of a resource server; itself where it does not say (an entryway)."""
    answer = talk.ask("GET", f"{server}/.well-known/oauth-protected-resource")
    if answer.status == 404:
        return server
    named = talk.data(talk.accept(answer)).get("authorization_servers")
    first = named[0] if isinstance(named, list) and named else ""
    if not isinstance(first, str) or not outbound.safe_link(first):
        raise NetworkError(N_("The server offers no sign-in for apps."), Remedy.GIVE_UP, code="server")
    return first.rstrip("/")


def _about(issuer: str) -> dict[str, str]:
    """The authorization server's metadata (RFC 8414), of which it must itself be the issuer."""
    answer = talk.ask("GET", f"{issuer}/.well-known/oauth-authorization-server")
    if answer.status == 404:
        raise NetworkError(N_("The server offers no sign-in for apps."), Remedy.GIVE_UP, code="server")
    found = {k: v for k, v in talk.data(talk.accept(answer)).items() if isinstance(v, str)}
    names = ("pushed_authorization_request_endpoint", "authorization_endpoint", "token_endpoint")
    if found.get("issuer", "").rstrip("/") != issuer or not all(outbound.safe_link(found.get(n, "")) for n in names):
        raise NetworkError(N_("The server offers no sign-in for apps."), Remedy.GIVE_UP, code="server")
    return {**found, "issuer": issuer}
