"""What people write to us on Bluesky: replies, mentions and quotes, and everything under our own posts.

Sources: the lexicons app.bsky.notification.listNotifications, app.bsky.feed.getPosts and app.bsky.feed.getPostThread.
A notification has the record alone; who wrote it and what hangs on it comes with the post as the app shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from .. import outbound, times
from . import looking, talk
from .atproto import Session
from .base import Account, Attachment, Batch, Item, NetworkError, Remedy, Who

REASONS = ("reply", "mention", "quote")
PAGE, AT_ONCE, DEPTH = 100, 25, 20
View = Mapping[str, Any]


class Inbox:
    """The part of Bluesky that satisfies Conversations and Watchful."""

    every = timedelta(seconds=60)

    def fetch(self, account: Account, cursor: Mapping[str, Any] | None, posts: Sequence[str]) -> Batch:
        """Notifications since the last look, and the threads of these posts."""
        session = Session(account)
        seen = looking.back(cursor, lambda token: _notifications(session, token))
        asked = [entry.id for entry in seen.fresh if entry.value.get("reason") in REASONS]
        items = [_item(account, view) for view in _posts(session, asked)]
        for post in posts:
            items += [_item(account, view) for view in _thread(session, post)]
        return Batch(tuple(item for item in items if item is not None), seen.cursor, seen.more)

    def look(self, account: Account, remote_ids: Sequence[str]) -> tuple[Item, ...]:
        """Each post as it is now; what the server leaves out is gone."""
        asked = list(remote_ids)[:AT_ONCE]
        views = {str(view.get("uri")): view for view in _posts(Session(account), asked)}
        found = [_item(account, view) for view in views.values()]
        gone = [Item(uri, Who(""), "", times.now(), deleted=True) for uri in asked if uri not in views]
        return (*(item for item in found if item is not None), *gone)


def _notifications(session: Session, below: str) -> tuple[list[looking.Entry], str]:
    """A page of them, of every kind: a server that does not know `reasons` must not hide what stands below others."""
    query = [*(("reasons", reason) for reason in REASONS), ("limit", str(PAGE))]
    query += [("cursor", below)] if below else []
    found = talk.data(session.call("GET", f"app.bsky.notification.listNotifications?{urlencode(query)}"))
    entries = [
        looking.Entry(str(row["uri"]), at, row)
        for row in _dicts(found.get("notifications"))
        if row.get("uri") and (at := talk.moment(row.get("indexedAt")))
    ]
    return entries, str(found.get("cursor") or "")


def _posts(session: Session, uris: Sequence[str]) -> list[View]:
    """Posts as the app shows them, a few at a time."""
    found: list[View] = []
    for n in range(0, len(uris), AT_ONCE):
        query = urlencode([("uris", uri) for uri in uris[n : n + AT_ONCE]])
        found += _dicts(talk.data(session.call("GET", f"app.bsky.feed.getPosts?{query}")).get("posts"))
    return found


def _thread(session: Session, uri: str) -> list[View]:
    """All posts under one of ours; nothing when it is gone or not indexed yet."""
    query = urlencode({"uri": uri, "depth": DEPTH, "parentHeight": 0})
    try:
        answer = session.call("GET", f"app.bsky.feed.getPostThread?{query}")
    except NetworkError as error:
        if error.remedy is Remedy.GIVE_UP:
            return []
        raise
    top = talk.data(answer).get("thread")
    waiting, found = [top] if isinstance(top, Mapping) else [], []
    while waiting:
        below = _dicts(waiting.pop().get("replies"))
        found += [node["post"] for node in below if isinstance(node.get("post"), Mapping)]
        waiting += below
    return found


def _dicts(found: object) -> list[Any]:
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _part(of: object, name: str) -> Mapping[str, Any]:
    found = of.get(name) if isinstance(of, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _item(account: Account, view: View) -> Item | None:
    record, who, uri = _part(view, "record"), _part(view, "author"), str(view.get("uri") or "")
    said = [at for at in (talk.moment(record.get("createdAt")), talk.moment(view.get("indexedAt"))) if at]
    if not uri or not who.get("did") or not said:
        return None
    reply = _part(record, "reply")
    root, parent = _part(reply, "root"), _part(reply, "parent")
    root_uri = str(root.get("uri") or uri)
    ours = root_uri.startswith(f"at://{account.remote_id}/") and root_uri != uri
    langs = record.get("langs")
    return Item(
        uri,
        _who(who),
        str(record.get("text") or ""),
        min(said),
        root_id=root_uri,
        parent_id=str(parent.get("uri") or ""),
        ours=ours,
        kind="mention",
        side="out" if who["did"] == account.remote_id else "in",
        language=str(langs[0]) if isinstance(langs, list) and langs else "",
        url=f"https://bsky.app/profile/{who['did']}/post/{uri.rsplit('/', 1)[-1]}",
        handle=_handle(view, root),
        attachments=tuple(_attachments(_part(view, "embed"))),
        likes=talk.count(view.get("likeCount")),
    )


def _handle(view: View, root: Mapping[str, Any]) -> dict[str, str]:
    """What an answer needs: the message and the top of its thread, each with its checksum."""
    uri, cid = str(view.get("uri") or ""), str(view.get("cid") or "")
    return {
        "uri": uri,
        "cid": cid,
        "root_uri": str(root.get("uri") or uri),
        "root_cid": str(root.get("cid") or cid),
    }


def _who(who: Mapping[str, Any]) -> Who:
    handle = str(who.get("handle") or "")
    return Who(
        str(who["did"]),
        f"@{handle}" if handle else "",
        str(who.get("displayName") or handle),
        outbound.safe_link(str(who.get("avatar") or "")) or "",
        f"https://bsky.app/profile/{who['did']}",
    )


def _attachments(embed: Mapping[str, Any]) -> Iterable[Attachment]:
    """Pictures, videos (their still) and what was quoted or linked."""
    for image in _dicts(embed.get("images")):
        shape = _part(image, "aspectRatio")
        yield _picture(image.get("fullsize"), image.get("alt"), shape)
    if embed.get("playlist"):
        yield _picture(embed.get("thumbnail"), embed.get("alt"), _part(embed, "aspectRatio"))
    if embed.get("media"):
        yield from _attachments(_part(embed, "media"))


def _picture(url: object, alt: object, shape: Mapping[str, Any]) -> Attachment:
    width, height = (shape.get(side) for side in ("width", "height"))
    link = outbound.safe_link(str(url or "")) or ""
    return Attachment(
        "image",
        link,
        str(alt or ""),
        "",
        width if isinstance(width, int) else 0,
        height if isinstance(height, int) else 0,
    )
