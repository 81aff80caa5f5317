"""Going to the links that are due: gently, one at a time a host, through the one door to foreign addresses.

The database is left alone while a server is asked. What comes of it is kept with its age and looked at again: what is
well twice a day, what is not at growing distances.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit

import sqlalchemy as sa

from webapp import db, outbound, times
from webapp.db import session

from .models import Link

BATCH = 20
PATIENCE = 60.0
"""Seconds after which a run takes no further link."""
TIMEOUT, BYTES = 8.0, 512_000
PEACE = timedelta(seconds=10)
"""Between two looks at one host."""
CLAIM = timedelta(minutes=2)
WELL = timedelta(hours=12)
TROUBLE = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4), WELL)
WANTED = timedelta(days=14)
"""How long after a post last had a link it is still looked at."""

_GONE = frozenset({404, 410})


@dataclass(frozen=True)
class Seen:
    """What was there: a state of `Link`, the HTTP status (None: no answer), where it leads."""

    state: str
    status: int | None = None
    final: str = ""


def look_due() -> int:
    """Look at what is due; answers how many links were looked at. Ends the transaction it is called in."""
    began, done = time.monotonic(), 0
    for link_id, url in _claim(times.now()):
        if time.monotonic() - began > PATIENCE:
            break
        _settle(link_id, look(url))
        done += 1
    return done


def _claim(now: datetime) -> Sequence[tuple[uuid.UUID, str]]:
    """Take due links, one of each host, of hosts that nobody asks now."""
    busy = sa.select(Link.host).where(Link.busy_until > now)
    due = sa.select(Link.host, sa.func.min(Link.next_at).label("at")).where(Link.next_at <= now, Link.host.not_in(busy))
    hosts = session.execute(due.group_by(Link.host).order_by(sa.text("at")).limit(BATCH)).all()
    taken = []
    for host, _at in hosts:
        mine = (Link.host == host, Link.next_at <= now)
        for row in db.claim(Link, mine, Link.next_at, 1, busy_until=now + CLAIM, next_at=now + CLAIM):
            taken.append((row.id, row.url))
    db.release()
    return taken


def overdue(since: datetime) -> tuple[int, int]:
    """How many hosts have waited since an instant, and how many there are that are looked at."""
    waiting = sa.select(sa.func.count(sa.distinct(Link.host))).where(Link.next_at < since)
    every = sa.select(sa.func.count(sa.distinct(Link.host))).where(Link.next_at.is_not(None))
    return session.scalar(waiting) or 0, session.scalar(every) or 0


def look(url: str) -> Seen:
    """What is at an address now: asked without its content first, with it when a server refuses that."""
    try:
        answer = _ask("HEAD", url)
        if answer.status >= 400:
            answer = _ask("GET", url)
    except outbound.TooBig:
        return Seen("ok", 200)
    except outbound.Refused:
        return Seen("refused")
    except outbound.OutboundError:
        return Seen("silent")
    return _judge(url, answer)


def _ask(method: str, url: str) -> outbound.Answer:
    return outbound.request(method, urldefrag(url).url, timeout=TIMEOUT, max_bytes=BYTES, redirects=3)


def _judge(url: str, answer: outbound.Answer) -> Seen:
    if answer.status in _GONE:
        return Seen("gone", answer.status)
    if answer.status >= 400:
        return Seen("silent", answer.status)
    if _place(answer.url) != _place(url):
        return Seen("moved", answer.status, answer.url)
    return Seen("ok", answer.status)


def _place(url: str) -> tuple[str, str, str]:
    """What makes two addresses the same place: not a slash at the end, nor a `www.`."""
    parts = urlsplit(urldefrag(url).url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query


def _settle(link_id: uuid.UUID, seen: Seen) -> None:
    now, row = times.now(), session.get_one(Link, link_id, populate_existing=True)
    row.tries = 0 if seen.state in ("ok", "moved") else row.tries + 1
    row.state, row.status, row.final = seen.state, seen.status, seen.final[:2000]
    row.looked_at, row.busy_until = now, now + PEACE
    wait = WELL if not row.tries else TROUBLE[min(row.tries, len(TROUBLE)) - 1]
    row.next_at = now + wait if now - row.wanted_at < WANTED else None
    session.flush()
    db.release()
