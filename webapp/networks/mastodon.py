"""Mastodon, and servers that speak its client API. One app registration and one consent for each server.

Source: docs.joinmastodon.org (methods oauth, statuses, media). Statuses carry an Idempotency-Key, which
Mastodon itself honours for an hour; others may not, so after an unknown outcome the account's own statuses
are listed and compared first.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from .. import outbound, times
from ..i18n import N_
from ..outbound import Answer
from . import (
    counting,
    cropping,
    fediverse,
    fit,
    mastodon_hints,
    mastodon_inbox,
    mastodon_replies,
    mentions,
    oauth,
    talk,
    text,
)
from .base import (
    Absent,
    Account,
    Draft,
    Field,
    Journey,
    Limits,
    Measure,
    NetworkError,
    Picture,
    Profile,
    Receipt,
    Remedy,
    Unknown,
)

_REPEATABLE, _SETTLED = timedelta(minutes=55), timedelta(minutes=2)
_WAITS = (0.2, 0.4, 0.8, 1.5, 2, 2, 3, 3, 4, 4, 4, 4)
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


class Mastodon(mastodon_replies.Replies, mastodon_inbox.Inbox, mastodon_hints.Hints):
    """Satisfies Network, Consent, Staging, Editable and Deletable; Answering, Likeable and Removable;
    Conversations and Watchful; Picturing and Hinting.
    """

    key = "mastodon"
    label = "Mastodon"
    glyph = "n-mastodon"
    keeps = timedelta(hours=6)
    """Media that no status has taken are removed after a day."""
    limits = Limits(
        text=500,
        unit=counting.CHARACTERS,
        images=4,
        image_bytes=16_000_000,
        alt=1500,
        url_length=23,
        fold=(32, 45),
        parts=10,
    )
    crops: cropping.Crops = {
        2: (cropping.exactly(0.75),) * 2,
        3: (cropping.exactly(0.75), cropping.exactly(1.5), cropping.exactly(1.5)),
        4: (cropping.exactly(1.5),) * 4,
    }
    """As its web app lays them out, a field of 3:2 cut in halves and quarters: media_gallery of mastodon/mastodon. A
    single picture keeps its shape. Other servers and apps differ."""
    card = N_("Its server makes a preview card of the first link, unless there are pictures.")
    fields = (Field("server", N_("Server"), hint=N_("For example mastodon.social")),)

    def limits_for(self, account: Account) -> Limits:
        """What the server declared when it was connected or last checked."""
        return fit.declared(self.limits, account.limits)

    def measure(self, text_: str, limits: Limits) -> Measure:
        """Characters; links weigh the same whatever their length, remote mentions only their local part."""
        return counting.with_links(text_, limits)

    def mentions(self, text_: str) -> list[mentions.Mention]:
        """`@name` here, `@name@host` elsewhere."""
        return mentions.fediverse(text_)

    def begin(self, values: Mapping[str, str], redirect_uri: str, state: str) -> Journey:
        """Register Nod at the server (unless `values` bring a registration) and send the browser there."""
        server = fediverse.server_of(values.get("server", ""))
        about = fediverse.metadata(server)
        scopes = fediverse.scopes(about)
        app = {name: values[name] for name in ("client_id", "client_secret", "scopes") if values.get(name)}
        if len(app) < 3 or app["scopes"] != scopes:
            app = {**fediverse.register(server, redirect_uri, scopes), "scopes": scopes}
        asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": redirect_uri}
        asked |= {"scope": scopes, "state": state}
        kept = {**app, "server": server, "state": state, "issuer": str(about.get("issuer") or server)}
        if "S256" in (about.get("code_challenge_methods_supported") or ()):
            kept["verifier"] = oauth.verifier()
            asked |= {"code_challenge": oauth.challenge(kept["verifier"]), "code_challenge_method": "S256"}
        return Journey(f"{server}/oauth/authorize?{urlencode(asked)}", kept, app)

    def finish(self, kept: Mapping[str, str], answer: Mapping[str, str], redirect_uri: str) -> Profile:
        """Exchange the code for a token and see whose it is."""
        form = {
            "grant_type": "authorization_code",
            "code": oauth.code(kept, answer),
            "scope": kept.get("scopes", fediverse.SCOPES),
        }
        form |= {"client_id": kept["client_id"], "client_secret": kept["client_secret"]}
        form |= {"redirect_uri": redirect_uri}
        if kept.get("verifier"):
            form["code_verifier"] = kept["verifier"]
        got = talk.ask("POST", f"{kept['server']}/oauth/token", form=form)
        if got.status in (400, 401, 403):
            raise NetworkError(N_("The server did not complete the sign-in. Start again."), Remedy.ASK, code="consent")
        token = talk.need(talk.data(talk.accept(got, secrets=form)), "access_token", got)
        secrets = {"token": token, "client_id": kept["client_id"], "client_secret": kept["client_secret"]}
        return fediverse.profile(kept["server"], secrets)

    def revoke(self, account: Account) -> None:
        """Give the token back. A server that no longer knows it is content."""
        names = ("client_id", "client_secret", "token")
        form = {name: account.secrets.get(name, "") for name in names}
        talk.ask("POST", f"{account.server}/oauth/revoke", form=form)

    def check(self, account: Account) -> Profile:
        """Whose token it is now, and the server's present limits."""
        return fediverse.profile(account.server, dict(account.secrets))

    def stage(self, account: Account, draft: Draft) -> tuple[str, ...]:
        """Upload the pictures; each is ready to be attached when this returns."""
        limits = self.limits_for(account)
        return tuple(_upload(account, p, n, limits) for n, p in enumerate(draft.pictures, start=1))

    def publish(self, account: Account, draft: Draft) -> Receipt:
        """Post it, once for its key."""
        limits = self.limits_for(account)
        fit.require(draft, limits, self.measure(draft.text, limits))
        media = draft.staged or self.stage(account, draft)
        headers = {"idempotency-key": draft.key}
        url = f"{account.server}/api/v1/statuses"
        body = {**_status(draft, media), **_place(draft)}
        answer = _call(account, "POST", url, writing=True, json=body, headers=headers)
        if answer.status in (404, 422) and draft.staged:
            return self.publish(account, replace(draft, staged=()))
        if answer.status == 404 and draft.above:
            raise fit.refuse(N_("The part before it is gone there, so nothing can follow it."), "gone")
        return _receipt(talk.accept(answer, writing=True, secrets=account.secrets), writing=True)

    def probe(self, account: Account, draft: Draft, since: datetime) -> Receipt | Absent | Unknown:
        """List and compare first. Not found is only `Absent` when sending again could not double it."""
        url = f"{account.server}/api/v1/accounts/{quote(account.remote_id, safe='')}/statuses"
        answer = talk.accept(_call(account, "GET", f"{url}?limit=40&exclude_reblogs=true"), secrets=account.secrets)
        recent = talk.listing(answer)
        since_there = since + _skew(answer) - timedelta(seconds=2)
        found = next((s for s in recent if _same(s, draft, since_there)), None)
        if found is not None and found.get("id"):
            return Receipt(str(found["id"]), _link(found))
        age = times.now() - since
        if account.limits.get("keyed") and age < _REPEATABLE:
            return Absent()
        oldest = talk.moment(recent[-1].get("created_at")) if recent else None
        whole = len(recent) < 20 or (oldest is not None and oldest < since_there)
        return Absent() if whole and age > _SETTLED else Unknown()

    def edit(self, account: Account, remote_id: str, draft: Draft) -> Receipt:
        """Replace text and pictures of a published status."""
        limits = self.limits_for(account)
        fit.require(draft, limits, self.measure(draft.text, limits))
        media = draft.staged or self.stage(account, draft)
        answer = _call(account, "PUT", _one(account, remote_id), json=_status(draft, media))
        return _receipt(talk.accept(answer, secrets=account.secrets))

    def delete(self, account: Account, remote_id: str) -> None:
        """Remove a status. A server that has no such call is noticed by looking afterwards."""
        answer = _call(account, "DELETE", _one(account, remote_id))
        if answer.status not in (404, 405, 410, 501):
            talk.accept(answer, secrets=account.secrets)
        elif _call(account, "GET", _one(account, remote_id)).status == 200:
            raise NetworkError(
                N_("%(host)s does not let apps delete posts. Delete it there."),
                Remedy.ASK,
                code="no_delete",
                params={"host": account.server.split("//")[-1]},
            )


def _call(account: Account, method: str, url: str, **how: Any) -> Answer:
    return talk.ask(method, url, token=account.secrets.get("token", ""), **how)


def _one(account: Account, remote_id: str) -> str:
    return f"{account.server}/api/v1/statuses/{quote(remote_id, safe='')}"


def _upload(account: Account, picture: Picture, number: int, limits: Limits) -> str:
    """One picture: v2 of the call (since 3.1.3), v1 where that is missing; waits until it is processed."""
    content = fit.content(picture, number, limits)
    file = {"file": (f"picture-{number}.{_SUFFIX.get(picture.mime, 'bin')}", content, picture.mime)}
    form = {"description": picture.alt} if picture.alt else {}
    for version in ("v2", "v1"):
        url = f"{account.server}/api/{version}/media"
        answer = _call(account, "POST", url, form=form, files=file, timeout=60.0)
        if answer.status not in (404, 405):
            break
    talk.accept(answer, secrets=account.secrets)
    media = talk.need(talk.data(answer), "id", answer)
    if answer.status == 202:
        _processed(account, media, number)
    return media


def _processed(account: Account, media: str, number: int) -> None:
    """Wait up to about half a minute: 206 means still at it, 422 that it failed."""
    for wait in _WAITS:
        answer = _call(account, "GET", f"{account.server}/api/v1/media/{quote(media, safe='')}")
        if answer.status == 200:
            return
        if answer.status == 422:
            raise fit.refuse(N_("The server could not process picture %(number)s."), "media", number=number)
        if answer.status not in (202, 206):
            talk.accept(answer, secrets=account.secrets)
        time.sleep(wait)
    raise NetworkError(N_("The server is still processing the pictures."), Remedy.RETRY, code="processing")


def _status(draft: Draft, media: tuple[str, ...]) -> dict[str, Any]:
    status: dict[str, Any] = {"status": draft.text, "visibility": "public"}
    if draft.lang:
        status["language"] = draft.lang.split("-")[0]
    return {**status, "media_ids": list(media)} if media else status


def _place(draft: Draft) -> dict[str, str]:
    """What a further part answers."""
    return {"in_reply_to_id": draft.above[1].remote_id} if draft.above else {}


def _receipt(answer: Answer, *, writing: bool = False) -> Receipt:
    status = talk.data(answer, writing=writing)
    return Receipt(talk.need(status, "id", answer, writing=writing), _link(status))


def _link(status: Mapping[str, Any]) -> str:
    return outbound.safe_link(str(status.get("url") or status.get("uri") or "")) or ""


def _skew(answer: Answer) -> timedelta:
    """How far the server's clock is ahead of ours, by its Date header."""
    there = talk.moment(answer.headers.get("date"))
    return there - times.now() if there else timedelta()


def _same(status: Mapping[str, Any], draft: Draft, since: datetime) -> bool:
    made = talk.moment(status.get("created_at"))
    media = status.get("media_attachments")
    if made is None or made < since or len(media if isinstance(media, list) else ()) != len(draft.pictures):
        return False
    if str(status.get("in_reply_to_id") or "") != _place(draft).get("in_reply_to_id", ""):
        return False
    return text.comparable(text.plain(str(status.get("content") or ""))) == text.comparable(draft.text)


NETWORK = Mastodon()
