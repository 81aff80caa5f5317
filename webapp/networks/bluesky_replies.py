"""Saying something back on Bluesky: a record of our own under a key that we choose, so that twice is once.

A reply is a post that names its parent and its root; a like is a record of its own; hiding puts the comment on the list
of the root's thread gate, which is ours when the root is. Sources: the lexicons app.bsky.feed.post, app.bsky.feed.like
and app.bsky.feed.threadgate.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from . import atproto, fit, richtext, talk
from .answering import Handle
from .atproto import Session
from .base import Absent, Account, Draft, Limits, Measure, Picture, Receipt, Unknown

_POSTS, _LIKES, _GATES = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.threadgate"
_LIKED = datetime(2024, 1, 1, tzinfo=UTC)
"""Part of a like's key, which must be found again when the like is taken back."""
MOST_HIDDEN = 300
"""What the lexicon of a thread gate takes."""


class Replies:
    """The part of Bluesky that satisfies Answering, Picturing, Likeable, Hideable and Removable."""

    limits: Limits

    def measure(self, text: str, limits: Limits) -> Measure:
        """As its network says."""
        raise NotImplementedError

    def as_sent(self, handle: Handle, text: str) -> str:
        """Whoever is answered is told by the record itself."""
        return text

    def reply(self, account: Account, handle: Handle, text: str, key: str, at: datetime) -> Receipt:
        """Write the record of the answer under its own key."""
        return self.reply_with(account, handle, Draft(key, text, planned_at=at))

    def reply_with(self, account: Account, handle: Handle, draft: Draft) -> Receipt:
        """The same with the pictures that were uploaded for it; the same pictures are the same record."""
        fit.require(draft, self.limits, self.measure(draft.text, self.limits))
        if draft.planned_at is None:
            raise ValueError("an answer on Bluesky needs the instant it was written")
        made = {"$type": _POSTS, "text": draft.text, "createdAt": _iso(draft.planned_at)}
        record: dict[str, Any] = {**made, "reply": _place(handle)}
        found = richtext.facets(draft.text, _resolver(account.server))
        if found:
            record["facets"] = found
        if draft.staged:
            record["embed"] = images(draft.pictures, draft.staged)
        key = _key(draft.key, draft.planned_at)
        body = {"repo": account.remote_id, "collection": _POSTS, "rkey": key, "record": record}
        answer = Session(account).call("POST", "com.atproto.repo.putRecord", writing=True, json=body)
        return _receipt(talk.need(talk.data(answer, writing=True), "uri", answer, writing=True), account)

    def probe_reply(
        self, account: Account, handle: Handle, text: str, key: str, at: datetime, since: datetime
    ) -> Receipt | Absent | Unknown:
        """Read the record. Absent is safe at once: writing it again writes the same record."""
        query = {"repo": account.remote_id, "collection": _POSTS, "rkey": _key(key, at)}
        answer = atproto.call(account.server, "GET", "com.atproto.repo.getRecord", query=query)
        if answer.status == 400 and atproto.error(answer) == "RecordNotFound":
            return Absent()
        found = talk.data(atproto.accept(answer, account.secrets))
        return _receipt(talk.need(found, "uri", answer), account)

    def answered(self, account: Account, handle: Handle) -> list[str]:
        """Our own records right under the message."""
        return [str(record.get("uri")) for record in _under(account, handle)]

    def like(self, account: Account, handle: Handle) -> None:
        """Write the like under the key that its message gives it."""
        subject = {"uri": handle.get("uri"), "cid": handle.get("cid")}
        record = {"$type": _LIKES, "subject": subject, "createdAt": _iso(_LIKED)}
        _put(account, _LIKES, _like_key(handle), record)

    def unlike(self, account: Account, handle: Handle) -> None:
        """Remove that record."""
        _delete(account, _LIKES, _like_key(handle))

    def may_hide(self, account: Account, handle: Handle) -> bool:
        """Only under our own posts."""
        return str(handle.get("root_uri") or "").startswith(f"at://{account.remote_id}/{_POSTS}/")

    def hide(self, account: Account, handle: Handle) -> None:
        """Put it on the list of the thread gate."""
        uri = _uri(handle)
        _gate(account, handle, lambda hidden: hidden if uri in hidden else [*hidden, uri][-MOST_HIDDEN:])

    def unhide(self, account: Account, handle: Handle) -> None:
        """Take it off that list."""
        _gate(account, handle, lambda hidden: [uri for uri in hidden if uri != _uri(handle)])

    def remove(self, account: Account, handle: Handle, remote_id: str) -> None:
        """Delete our record; removing what is gone is no error there."""
        _delete(account, _POSTS, remote_id.rsplit("/", 1)[-1])


def images(pictures: Iterable[Picture], blobs: Iterable[str]) -> dict[str, Any]:
    """The embed of a record for pictures that were uploaded."""
    rows = [
        {
            "alt": picture.alt,
            "image": json.loads(blob),
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }
        for picture, blob in zip(pictures, blobs, strict=True)
    ]
    return {"$type": "app.bsky.embed.images", "images": rows}


def _uri(handle: Handle) -> str:
    return str(handle.get("uri") or "")


def _place(handle: Handle) -> dict[str, Any]:
    parent = {"uri": _uri(handle), "cid": str(handle.get("cid") or "")}
    root = {"uri": str(handle.get("root_uri") or parent["uri"]), "cid": str(handle.get("root_cid") or parent["cid"])}
    return {"root": root, "parent": parent}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _key(key: str, at: datetime) -> str:
    return atproto.record_key(key, at.astimezone(UTC))


def _like_key(handle: Handle) -> str:
    return atproto.record_key(f"like {_uri(handle)}", _LIKED)


def _resolver(server: str) -> Callable[[str], str | None]:
    def resolve(handle: str) -> str | None:
        answer = atproto.call(server, "GET", "com.atproto.identity.resolveHandle", query={"handle": handle})
        if answer.status in (400, 404):
            return None
        return talk.need(talk.data(talk.accept(answer)), "did", answer)

    return resolve


def _receipt(uri: str, account: Account) -> Receipt:
    return Receipt(uri, f"https://bsky.app/profile/{account.remote_id}/post/{uri.rsplit('/', 1)[-1]}")


def _under(account: Account, handle: Handle) -> list[dict[str, Any]]:
    """The newest hundred posts of ours that answer the message."""
    query = {"repo": account.remote_id, "collection": _POSTS, "limit": "100"}
    answer = atproto.accept(
        atproto.call(account.server, "GET", "com.atproto.repo.listRecords", query=query), account.secrets
    )
    records = talk.data(answer).get("records")
    return [record for record in records if _answers(record, handle)] if isinstance(records, list) else []


def _answers(record: object, handle: Handle) -> bool:
    value = record.get("value") if isinstance(record, Mapping) else None
    reply = value.get("reply") if isinstance(value, Mapping) else None
    parent = reply.get("parent") if isinstance(reply, Mapping) else None
    return isinstance(parent, Mapping) and parent.get("uri") == _uri(handle)


def _put(account: Account, collection: str, key: str, record: Mapping[str, Any], **more: Any) -> None:
    body = {"repo": account.remote_id, "collection": collection, "rkey": key, "record": record, **more}
    Session(account).call("POST", "com.atproto.repo.putRecord", json=body)


def _delete(account: Account, collection: str, key: str) -> None:
    body = {"repo": account.remote_id, "collection": collection, "rkey": key}
    Session(account).call("POST", "com.atproto.repo.deleteRecord", json=body)


def _gate(account: Account, handle: Handle, change: Callable[[list[str]], list[str]]) -> None:
    """Change the list of the root's thread gate, which keeps everything else that it says."""
    root = str(handle.get("root_uri") or "")
    key = root.rsplit("/", 1)[-1]
    query = {"repo": account.remote_id, "collection": _GATES, "rkey": key}
    answer = atproto.call(account.server, "GET", "com.atproto.repo.getRecord", query=query)
    gate: dict[str, Any] = {"$type": _GATES, "post": root, "createdAt": _iso(_LIKED)}
    more: dict[str, Any] = {"swapRecord": None}
    if answer.status != 400 or atproto.error(answer) != "RecordNotFound":
        found = talk.data(atproto.accept(answer, account.secrets))
        gate, more = dict(found.get("value") or gate), {"swapRecord": found.get("cid")}
    before = [str(uri) for uri in gate.get("hiddenReplies") or []]
    after = change(before)
    if after != before:
        _put(account, _GATES, key, {**gate, "hiddenReplies": after}, **more)
