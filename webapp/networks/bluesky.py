"""Bluesky, and any other server of the AT Protocol, by app password or by consent on the server's own page.

A post is a record in the account's own repository. We choose its key and every byte of it from the delivery,
so writing it twice is writing it once, and reading it back answers whether it is there. Sources:
docs.bsky.app (posts, rate limits) and the lexicons app.bsky.feed.post and app.bsky.embed.images.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..i18n import N_
from . import (
    atproto,
    atproto_oauth,
    bluesky_inbox,
    bluesky_replies,
    counting,
    cropping,
    fediverse,
    fit,
    identity,
    mentions,
    richtext,
    talk,
)
from .atproto import Session
from .base import (
    Absent,
    Account,
    Draft,
    Field,
    Journey,
    Limits,
    Measure,
    NetworkError,
    Profile,
    Receipt,
    Remedy,
    Unknown,
)

_POSTS = "app.bsky.feed.post"


class Bluesky(bluesky_replies.Replies, bluesky_inbox.Inbox):
    """Satisfies Network, Password, Consent, Staging and Deletable. Posts cannot be changed there.

    Satisfies Answering, Picturing, Likeable, Hideable and Removable too; Conversations and Watchful.
    """

    key = "bluesky"
    label = "Bluesky"
    glyph = "n-bluesky"
    keeps = timedelta(minutes=30)
    """A blob that no record names is dropped "within a time window" of the server's choosing (uploadBlob): then the
    send uploads it once more."""
    limits = Limits(
        text=300,
        unit=counting.CHARACTERS,
        bytes=3000,
        images=4,
        image_bytes=2_000_000,
        alt=2000,
        fold=(25, 45),
        ratio=(0.5, 10.0),
        parts=10,
    )
    crops: cropping.Crops = {
        1: ((0.5, 100.0),),
        2: (cropping.exactly(1.0),) * 2,
        3: (cropping.exactly(1.0), cropping.exactly(2.0), cropping.exactly(2.0)),
        4: (cropping.exactly(1.5),) * 4,
    }
    """As the official app lays them out: AutoSizedImage and ImageLayoutGrid of bluesky-social/social-app."""
    card = N_("Its link goes out without a preview card.")
    fields = (
        Field("handle", N_("Handle"), hint=N_("For example you.bsky.social"), autocomplete="username"),
        Field(
            "app_password",
            N_("App password"),
            kind="password",
            hint=N_("Leave it empty to sign in at the server. Never type your own password here."),
        ),
        Field("server", N_("Server"), hint=N_("Leave empty unless your account lives elsewhere.")),
    )

    def limits_for(self, account: Account) -> Limits:
        """The same everywhere: the lexicon says them."""
        return self.limits

    def measure(self, text: str, limits: Limits) -> Measure:
        """Graphemes and bytes; the tighter one is shown."""
        return counting.with_bytes(text, limits)

    def mentions(self, text: str) -> list[mentions.Mention]:
        """Handles are domain names."""
        return mentions.domains(text)

    def connect(self, values: Mapping[str, str]) -> Profile:
        """Sign in once with the app password, which is not kept: the session renews itself."""
        server = fediverse.server_of(values.get("server", "").strip() or "bsky.social")
        name, password = (
            values.get("handle", "").strip().lstrip("@").lower(),
            values.get("app_password", "").strip(),
        )
        if not name or not password:
            raise _rejected()
        who = {"identifier": name, "password": password}
        answer = atproto.call(server, "POST", "com.atproto.server.createSession", json=who)
        if atproto.error(answer) == "AuthFactorTokenRequired":
            message = N_("This is the account's own password. Make an app password and use that.")
            raise NetworkError(message, Remedy.GIVE_UP, code="own_password")
        if answer.status == 401:
            raise _rejected()
        atproto.accept(answer, {"password": password})
        return _profile(talk.data(answer), answer, server, atproto.tokens(answer))

    def begin(self, values: Mapping[str, str], redirect_uri: str, state: str) -> Journey:
        """Send the browser to the server's own page."""
        server, name = _typed(values)
        return atproto_oauth.begin(server, name, redirect_uri, state)

    def finish(self, kept: Mapping[str, str], answer: Mapping[str, str], redirect_uri: str) -> Profile:
        """Come back with a code."""
        return atproto_oauth.finish(kept, answer, redirect_uri)

    def revoke(self, account: Account) -> None:
        """End the session there."""
        if account.secrets.get("dpop"):
            return atproto_oauth.revoke(account.secrets)
        token = account.secrets.get("refresh", "")
        atproto.call(account.server, "POST", "com.atproto.server.deleteSession", token=token)
        return None

    def check(self, account: Account) -> Profile:
        """Whose session it is now; renews it when it has to."""
        session = Session(account)
        answer = session.call("GET", "com.atproto.server.getSession")
        return _profile(talk.data(answer), answer, account.server, session.secrets)

    def stage(self, account: Account, draft: Draft) -> tuple[str, ...]:
        """Upload the pictures; the server forgets them in some hours if no post refers to them."""
        return _stage(Session(account), draft, self.limits)

    def publish(self, account: Account, draft: Draft) -> Receipt:
        """Write the record under its own key."""
        fit.require(draft, self.limits, self.measure(draft.text, self.limits))
        session = Session(account)
        blobs = draft.staged or _stage(session, draft, self.limits)
        record = _record(draft, blobs, lambda handle: _resolve(account.server, handle))
        body = {"repo": account.remote_id, "collection": _POSTS, "rkey": _key(draft), "record": record}
        try:
            answer = session.call("POST", "com.atproto.repo.putRecord", writing=True, json=body)
        except NetworkError as fault:
            if draft.staged and fault.remedy is Remedy.GIVE_UP:
                return self.publish(account, replace(draft, staged=()))
            raise
        made = talk.data(answer, writing=True)
        return _receipt(talk.need(made, "uri", answer, writing=True), account, made)

    def probe(self, account: Account, draft: Draft, since: datetime) -> Receipt | Absent | Unknown:
        """Read the record. Absent is safe at once: writing it again writes the same record."""
        query = {"repo": account.remote_id, "collection": _POSTS, "rkey": _key(draft)}
        answer = atproto.call(account.server, "GET", "com.atproto.repo.getRecord", query=query)
        if answer.status == 400 and atproto.error(answer) == "RecordNotFound":
            return Absent()
        found = talk.data(atproto.accept(answer, account.secrets))
        return _receipt(talk.need(found, "uri", answer), account, found)

    def delete(self, account: Account, remote_id: str) -> None:
        """Remove the record; removing what is gone is no error there."""
        body = {"repo": account.remote_id, "collection": _POSTS, "rkey": remote_id.rsplit("/", 1)[-1]}
        Session(account).call("POST", "com.atproto.repo.deleteRecord", json=body)


def _typed(values: Mapping[str, str]) -> tuple[str, str]:
    """Server and handle as typed: `@You.bsky.social ` is `you.bsky.social` at bsky.social."""
    server = fediverse.server_of(values.get("server", "").strip() or "bsky.social")
    return server, values.get("handle", "").strip().lstrip("@").lower()


def _rejected() -> NetworkError:
    return NetworkError(N_("The handle or the app password is not right."), Remedy.GIVE_UP, code="password")


def _profile(who: Mapping[str, Any], answer: talk.Answer, server: str, secrets: Mapping[str, str]) -> Profile:
    did, handle = talk.need(who, "did", answer), talk.need(who, "handle", answer)
    if who.get("active") is False:
        message = N_("The account is closed or suspended: %(reason)s")
        raise NetworkError(message, Remedy.ASK, code="closed", params={"reason": str(who.get("status") or "")[:60]})
    return Profile(did, f"@{handle}", handle, identity.home(who.get("didDoc")) or server, dict(secrets))


def _stage(session: Session, draft: Draft, limits: Limits) -> tuple[str, ...]:
    blobs = []
    for number, picture in enumerate(draft.pictures, start=1):
        content = fit.content(picture, number, limits)
        kind = {"content-type": picture.mime}
        answer = session.call("POST", "com.atproto.repo.uploadBlob", body=content, headers=kind, timeout=60.0)
        blob = talk.data(answer).get("blob")
        blobs.append(json.dumps(blob if isinstance(blob, dict) else {}, sort_keys=True))
    return tuple(blobs)


def _record(draft: Draft, blobs: tuple[str, ...], resolve: richtext.Resolve) -> dict[str, Any]:
    """The post. The same delivery gives the same bytes at every attempt."""
    record: dict[str, Any] = {"$type": _POSTS, "text": draft.text, "createdAt": _made(draft)}
    if draft.lang:
        record["langs"] = [draft.lang]
    if draft.above:
        record["reply"] = dict(zip(("root", "parent"), map(_strong, draft.above), strict=True))
    found = richtext.facets(draft.text, resolve)
    if found:
        record["facets"] = found
    if blobs:
        record["embed"] = bluesky_replies.images(draft.pictures, blobs)
    return record


def _planned(draft: Draft) -> datetime:
    if draft.planned_at is None:
        raise ValueError("a draft for Bluesky needs the instant it was planned for")
    return draft.planned_at.astimezone(UTC)


def _made(draft: Draft) -> str:
    return _planned(draft).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _key(draft: Draft) -> str:
    return atproto.record_key(draft.key, _planned(draft))


def _resolve(server: str, handle: str) -> str | None:
    answer = atproto.call(server, "GET", "com.atproto.identity.resolveHandle", query={"handle": handle})
    if answer.status in (400, 404):
        return None
    return talk.need(talk.data(talk.accept(answer)), "did", answer)


def _strong(there: Receipt) -> dict[str, str]:
    """A record by its address and checksum."""
    return {"uri": there.remote_id, "cid": str(there.details.get("cid") or "")}


def _receipt(uri: str, account: Account, record: Mapping[str, Any]) -> Receipt:
    url = f"https://bsky.app/profile/{account.remote_id}/post/{uri.rsplit('/', 1)[-1]}"
    return Receipt(uri, url, {"cid": str(record.get("cid") or "")})


NETWORK = Bluesky()
