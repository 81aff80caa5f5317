"""What people write to us on Mastodon: mentions, and everything under our own posts.

Source: docs.joinmastodon.org (methods notifications, statuses). A mention says which status it answers but not what
stands above that, so the thread of each new one is asked for once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from .. import outbound, times
from ..i18n import N_
from ..outbound import Answer
from . import looking, talk, text
from .base import Account, Attachment, Batch, Item, NetworkError, Remedy, Who

PAGE, LOOKED = 40, 20
_KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
Status = Mapping[str, Any]


class Inbox:
    """The part of Mastodon that satisfies Conversations and Watchful."""

    every = timedelta(seconds=60)

    def fetch(self, account: Account, cursor: Mapping[str, Any] | None, posts: Sequence[str]) -> Batch:
        """Mentions since the last look with their threads, and the threads of these posts."""
        seen = looking.back(cursor, lambda token: _notifications(account, token))
        items: list[Item] = []
        for entry in seen.fresh:
            status = entry.value.get("status")
            if entry.value.get("type") == "mention" and isinstance(status, Mapping) and status.get("id"):
                items += _thread(account, status)
        for post in posts:
            items += _under(account, post)
        return Batch(tuple(items), seen.cursor, seen.more)

    def look(self, account: Account, remote_ids: Sequence[str]) -> tuple[Item, ...]:
        """Each status as it is now."""
        found = []
        for remote_id in remote_ids[:LOOKED]:
            answer = _call(account, f"statuses/{quote(remote_id, safe='')}")
            if answer.status in (404, 410):
                found.append(Item(remote_id, Who(""), "", times.now(), deleted=True))
            else:
                found += _items(account, [talk.data(talk.accept(answer, secrets=account.secrets))], "")
        return tuple(found)


def _call(account: Account, path: str) -> Answer:
    return talk.ask("GET", f"{account.server}/api/v1/{path}", token=account.secrets.get("token", ""))


def _notifications(account: Account, below: str) -> tuple[list[looking.Entry], str]:
    """A page of them, of every kind: a server that does not know `types` must not hide what stands below others."""
    query = [("types[]", "mention"), ("limit", str(PAGE)), *([("max_id", below)] if below else [])]
    answer = _call(account, f"notifications?{urlencode(query)}")
    if answer.status == 403:
        message = N_("%(host)s does not let Nod read comments yet. Connect the channel again to allow it.")
        raise NetworkError(message, Remedy.ASK, code="scope", params={"host": answer.host})
    rows = talk.listing(talk.accept(answer, secrets=account.secrets))
    entries = [
        looking.Entry(str(row["id"]), at, row)
        for row in rows
        if row.get("id") and (at := talk.moment(row.get("created_at")))
    ]
    return entries, str(rows[-1].get("id") or "") if rows else ""


def _context(account: Account, status_id: str) -> tuple[list[Status], list[Status]]:
    """What stands above a status and below it; nothing when it is gone."""
    answer = _call(account, f"statuses/{quote(status_id, safe='')}/context")
    if answer.status in (404, 410):
        return [], []
    found = talk.data(talk.accept(answer, secrets=account.secrets))
    return _statuses(found.get("ancestors")), _statuses(found.get("descendants"))


def _statuses(found: object) -> list[Status]:
    return [each for each in found if isinstance(each, Mapping) and each.get("id")] if isinstance(found, list) else []


def _thread(account: Account, status: Status) -> list[Item]:
    """A mention with its thread: all of it under a post of ours, else from where we came in."""
    if not status.get("in_reply_to_id"):
        return _items(account, [status], str(status["id"]))
    above, below = _context(account, str(status["id"]))
    root = above[0] if above else status
    if not _ours(account, root):
        first = next((n for n, each in enumerate(above) if _ours(account, each) or _names(account, each)), len(above))
        above = above[first:]
    return _items(account, [*above, status, *below], str(root["id"]), ours=_ours(account, root))


def _under(account: Account, post: str) -> list[Item]:
    """Everything under a post of ours."""
    _above, below = _context(account, post)
    return _items(account, below, post, ours=True)


def _items(account: Account, statuses: Iterable[Status], root: str, *, ours: bool = False) -> list[Item]:
    made = [_item(account, status, root, ours) for status in statuses]
    return [item for item in made if item is not None]


def _item(account: Account, status: Status, root: str, ours: bool) -> Item | None:
    who, at = status.get("account"), talk.moment(status.get("created_at"))
    if not isinstance(who, Mapping) or at is None or status.get("reblog"):
        return None
    visibility = str(status.get("visibility") or "public")
    words = text.plain(str(status.get("content") or "")).strip()
    warning = str(status.get("spoiler_text") or "").strip()
    return Item(
        str(status["id"]),
        _who(account, who),
        f"{warning}\n\n{words}".strip(),
        at,
        root_id=root,
        parent_id=str(status.get("in_reply_to_id") or ""),
        ours=ours,
        kind="direct" if visibility == "direct" else "mention",
        side="out" if _ours(account, status) else "in",
        language=str(status.get("language") or ""),
        url=outbound.safe_link(str(status.get("url") or status.get("uri") or "")) or "",
        edited_at=talk.moment(status.get("edited_at")),
        handle={"id": str(status["id"]), "acct": str(who.get("acct") or ""), "visibility": visibility},
        attachments=_attachments(status),
        likes=talk.count(status.get("favourites_count")),
    )


def _ours(account: Account, status: Status) -> bool:
    who = status.get("account")
    return isinstance(who, Mapping) and str(who.get("id")) == account.remote_id


def _names(account: Account, status: Status) -> bool:
    named = status.get("mentions")
    return isinstance(named, list) and any(
        isinstance(m, Mapping) and str(m.get("id")) == account.remote_id for m in named
    )


def _who(account: Account, who: Status) -> Who:
    """Somebody by the address of their profile, which is the same wherever they are met."""
    acct = str(who.get("acct") or who.get("username") or "")
    host = account.server.split("//")[-1]
    url = outbound.safe_link(str(who.get("url") or "")) or ""
    return Who(
        url or f"{account.server}#{who.get('id')}",
        f"@{acct}" if "@" in acct else f"@{acct}@{host}",
        str(who.get("display_name") or acct),
        outbound.safe_link(str(who.get("avatar_static") or who.get("avatar") or "")) or "",
        url,
    )


def _attachments(status: Status) -> tuple[Attachment, ...]:
    return tuple(made for each in _media(status) if (made := _attachment(each)) is not None)


def _media(status: Status) -> list[Any]:
    found = status.get("media_attachments")
    return found if isinstance(found, list) else []


def _attachment(media: object) -> Attachment | None:
    if not isinstance(media, Mapping):
        return None
    url = outbound.safe_link(str(media.get("url") or ""))
    meta = media.get("meta")
    size = meta.get("original") if isinstance(meta, Mapping) else None
    width, height = ((size or {}).get(side) for side in ("width", "height")) if isinstance(size, Mapping) else (0, 0)
    if not url:
        return None
    kind = _KINDS.get(str(media.get("type")), "file")
    return Attachment(kind, url, str(media.get("description") or ""), "", _size(width), _size(height))


def _size(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000 else 0
