"""Going to see whether a page really links to an entry of ours; what it says becomes a message, or is gone again."""

import hashlib
import time
import uuid
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from webapp import db, logs, outbound, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.fetching.storing import store
from webapp.networks import talk
from webapp.networks.base import Item, Who

from .models import Webmention
from .reading import Page, read

BATCH, PATIENCE, LEASE = 20, 30.0, timedelta(minutes=3)
BYTES, SECONDS = 1_000_000, 8.0
WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
_TEXT = ("text/html", "application/xhtml", "text/plain")


def look_due() -> int:
    """Look at what waits, one page after another; answers how many. Ends the transaction it is called in."""
    began, done = time.monotonic(), 0
    for row_id, source in _claim(times.now()):
        if time.monotonic() - began > PATIENCE:
            break
        answer = _ask(source)
        try:
            _settle(row_id, answer)
            db.commit()
        except Exception as defect:  # it is looked at again after its lease
            db.rollback()
            logs.error("webmention", defect, webmention=row_id)
        done += 1
    return done


def _claim(now: datetime) -> list[tuple[uuid.UUID, str]]:
    taken = db.claim(Webmention, [Webmention.next_at <= now], Webmention.next_at, BATCH, next_at=now + LEASE)
    found = [(row.id, row.source) for row in taken]
    db.release()
    return found


def _ask(source: str) -> outbound.Answer | None:
    headers = {"accept": "text/html, text/plain;q=0.5"}
    try:
        return outbound.request("GET", source, headers=headers, timeout=SECONDS, max_bytes=BYTES, redirects=5)
    except outbound.OutboundError:
        return None


def _settle(row_id: uuid.UUID, answer: outbound.Answer | None) -> None:
    row = session.get_one(Webmention, row_id, populate_existing=True)
    if answer is None or answer.status >= 500 or answer.status in (408, 429):
        row.tries += 1
        row.next_at = times.now() + WAITS[row.tries - 1] if row.tries <= len(WAITS) else None
        return
    row.next_at, row.tries, row.seen_at = None, 0, times.now()
    page = _page(answer)
    linked = page is not None and row.target in page.links
    before, row.state = row.state, "linked" if linked else "gone" if answer.status in (404, 410) else "unlinked"
    if linked and page is not None:
        _keep(row, page)
    elif before == "linked":
        store(session.get_one(Channel, row.channel_id), [_gone(row)], "hint")


def _page(answer: outbound.Answer) -> Page | None:
    kind = answer.headers.get("content-type", "").lower()
    if answer.status != 200 or not kind.startswith(_TEXT):
        return None
    return read(answer.url, answer.body.decode("utf-8", "replace"))


def _keep(row: Webmention, page: Page) -> None:
    """A message under the entry; when the page says something else than before, an edit."""
    said = page.text or page.title or row.source
    digest = hashlib.sha256(said.encode()).hexdigest()
    changed = bool(row.digest) and row.digest != digest
    row.digest = digest
    published = talk.moment(page.published)
    item = Item(
        row.source,
        _who(row, page),
        said,
        min(published, row.created_at) if published else row.created_at,
        root_id=row.entry,
        parent_id=row.entry,
        ours=True,
        url=row.source,
        edited_at=times.now() if changed else None,
        handle={"source": row.source, "target": row.target},
    )
    store(session.get_one(Channel, row.channel_id), [item], "hint")


def _who(row: Webmention, page: Page) -> Who:
    """Who wrote it, never anybody of another host than the page's own."""
    url = outbound.safe_link(page.author_url) or ""
    mine = url if url and urlsplit(url).hostname == row.host else f"https://{row.host}"
    photo = outbound.safe_link(urljoin(row.source, page.photo)) if page.photo else None
    return Who(mine, row.host, page.author or row.host, photo or "", mine)


def _gone(row: Webmention) -> Item:
    return Item(row.source, Who(""), "", row.created_at, deleted=True)
