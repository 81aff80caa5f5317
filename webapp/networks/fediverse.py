"""Getting to know a fediverse server: its address, its OAuth, what it allows, and who holds a token there.

Source: docs.joinmastodon.org (methods apps, instance, accounts). Other software answers the same calls with
less, so whatever is missing falls back to Mastodon's defaults.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .. import outbound
from ..i18n import N_
from ..outbound.addresses import BadUrl, parse
from . import talk
from .base import NetworkError, Profile, Remedy

SCOPES = "read:accounts read:statuses read:notifications write:statuses write:media write:favourites"
HINTS = "push"
# Look-alikes add "(compatible; …)" or count from 0; only Mastodon's own code is known to honour keys.
_PROPER = re.compile(r"[1-9]\d*\.\d+\.\d+(?:[-+.][\w.+-]+)?", re.ASCII)


def server_of(typed: str) -> str:
    """`mastodon.social`, `@me@mastodon.social` or a link to a profile, as the server's base URL."""
    typed = typed.strip()
    if "://" not in typed:
        typed = "https://" + typed.rsplit("@", 1)[-1]
    try:
        target = parse(typed)
    except BadUrl:
        raise NetworkError(N_("This is not the address of a server."), Remedy.GIVE_UP, code="server") from None
    return f"{target.scheme}://{target.authority}"


def metadata(server: str) -> dict[str, Any]:
    """RFC 8414, offered since Mastodon 4.3; what is missing there is older or other software."""
    answer = talk.ask("GET", f"{server}/.well-known/oauth-authorization-server")
    if answer.status == 200:
        try:
            return talk.data(answer)
        except NetworkError:
            return {}
    return {}


def scopes(about: Mapping[str, Any]) -> str:
    """What is asked for there: to be told of news only where the server says that it can (`scopes_supported`)."""
    known = about.get("scopes_supported")
    return f"{SCOPES} {HINTS}" if isinstance(known, list) and HINTS in known else SCOPES


def register(server: str, redirect_uri: str, scopes_: str = SCOPES) -> dict[str, str]:
    """Make Nod known there: a client id and secret for this return address."""
    form = {"client_name": "Nod", "redirect_uris": redirect_uri, "scopes": scopes_}
    answer = talk.ask("POST", f"{server}/api/v1/apps", form=form)
    if answer.status == 404:
        raise NetworkError(N_("No Mastodon server answers there."), Remedy.GIVE_UP, code="server")
    app = talk.data(talk.accept(answer))
    return {name: talk.need(app, name, answer) for name in ("client_id", "client_secret")}


def profile(server: str, secrets: Mapping[str, str]) -> Profile:
    """Whose token it is, and what the server allows now."""
    url = f"{server}/api/v1/accounts/verify_credentials"
    answer = talk.ask("GET", url, token=secrets.get("token", ""))
    if answer.status in (400, 422):  # snac says so of a token it does not know
        raise talk.refusal(replace(answer, status=401))
    talk.accept(answer, secrets=secrets)
    who = talk.data(answer)
    name = talk.need(who, "username", answer)
    avatar = outbound.safe_link(str(who.get("avatar") or "")) or ""
    handle = f"@{name}@{server.split('//')[-1]}"
    shown = str(who.get("display_name") or name)[:200]
    limits = _declared(server)
    return Profile(talk.need(who, "id", answer), handle, shown, server, secrets, limits, avatar_url=avatar)


def _declared(server: str) -> dict[str, int]:
    """The server's own numbers: `/api/v2/instance` (since 4.0), else `/api/v1/instance`, else none."""
    for version in ("v2", "v1"):
        answer = talk.ask("GET", f"{server}/api/{version}/instance")
        if answer.status >= 500 or answer.status == 429:
            raise talk.refusal(answer)
        if answer.status == 200:
            try:
                return _numbers(talk.data(answer))
            except NetworkError:
                continue
    return {}


def _numbers(about: Mapping[str, Any]) -> dict[str, int]:
    settings = _part(about, "configuration")
    statuses, media = _part(settings, "statuses"), _part(settings, "media_attachments")
    said = {
        "text": statuses.get("max_characters") or about.get("max_toot_chars"),
        "images": statuses.get("max_media_attachments"),
        "url_length": statuses.get("characters_reserved_per_url"),
        "image_bytes": media.get("image_size_limit"),
        "alt": media.get("description_limit"),
        "keyed": int(bool(_PROPER.fullmatch(str(about.get("version") or "")))),
    }
    return {name: n for name, n in said.items() if isinstance(n, int) and not isinstance(n, bool) and n >= 0}


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}
