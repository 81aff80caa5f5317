"""The events of a feed: each post at its wall time in its zone, cancelled ones said to be so, nothing that rings.

A post that was deleted, rejected or missed its slot stays for a while as CANCELLED, so that apps take it away. SEQUENCE
and LAST-MODIFIED follow the post and nothing else: an unchanged post is the same lines at every reading.
"""

import uuid
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from webapp import links, times
from webapp.db import session
from webapp.i18n import _, language
from webapp.people.models import Region
from webapp.people.permissions import scope
from webapp.posts import lifecycle
from webapp.posts.models import Post

from .. import basis, posts
from . import lines, zones
from .keeping import Opened

BEFORE, AHEAD, MOST = timedelta(days=60), timedelta(days=400), 2_000
LENGTH = "PT15M"
_CANCELLED = ("rejected", "expired")
_CONFIRMED = ("approved", "scheduled", "sending", "published", "partly")


def calendar(opened: Opened) -> str:
    """The whole feed as a file."""
    rows, now = _rows(opened), times.now()
    start = datetime(now.year - 1, 1, 1, tzinfo=now.tzinfo)
    end = datetime(now.year + 3, 1, 1, tzinfo=now.tzinfo)
    used = sorted({basis.known(row.zone) for row in rows} - {"UTC"})
    found = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nod//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    found += [lines.fold(f"X-WR-CALNAME:{lines.text(name(opened))}"), "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    for zone in used:
        found += zones.vtimezone(zone, start, end)
    home = links.url("/posts/")
    found += [_event(language(), home, *row) for row in rows]
    return lines.joined([*found, "END:VCALENDAR"])


def name(opened: Opened) -> str:
    """What the calendar is called in an app."""
    feed = opened.feed
    region = session.get(Region, feed.region_id) if feed.region_id else None
    return f"Nod, {region.name}" if region else "Nod"


def _rows(opened: Opened) -> list[Any]:
    """The posts nearest to now, in two halves: an index has the next ones and the last ones, nothing the nearest."""
    now = times.now()
    ahead = _part(opened, Post.slot_at >= now, Post.slot_at < now + AHEAD).order_by(Post.slot_at, Post.id)
    behind = _part(opened, Post.slot_at < now, Post.slot_at > now - BEFORE).order_by(Post.slot_at.desc(), Post.id)
    halves = sa.union_all(*(sa.select(half.limit(MOST).subquery()) for half in (ahead, behind))).subquery()
    near = sa.func.abs(sa.extract("epoch", halves.c.slot_at) - int(now.timestamp()))
    query = sa.select(halves, Region.name.label("region")).join(Region, Region.id == halves.c.region_id)
    return list(session.execute(query.order_by(near, halves.c.id).limit(MOST)))


def _part(opened: Opened, *when: sa.ColumnElement[bool]) -> sa.Select[Any]:
    shown = sa.or_(Post.deleted_at.is_(None), Post.deleted_at > times.now() - BEFORE)
    query = sa.select(
        Post.id, Post.region_id, Post.slot_at, Post.zone, Post.state, Post.version, Post.created_at, Post.updated_at,
        Post.deleted_at, sa.func.substr(Post.text, 1, posts.HEAD).label("head"),
    ).where(*scope(Post, opened.actor), shown, *when)  # fmt: skip
    if opened.feed.region_id:
        query = query.where(Post.region_id == opened.feed.region_id)
    if opened.feed.campaign_id:
        query = query.where(Post.campaign_id == opened.feed.campaign_id)
    return query


@lru_cache(maxsize=4096)
def _event(
    _language: str, home: str, post_id: uuid.UUID, _region_id: uuid.UUID, slot_at: datetime, zone: str, state: str,
    version: int, created_at: datetime, updated_at: datetime, deleted_at: datetime | None, head: str, region: str,
) -> str:  # fmt: skip
    """Its lines as they are written, kept until something of it changes: a feed is read every hour by everybody's app.

    Only those lines that hold words of people or an address can be too long.
    """
    zone = basis.known(zone)
    start, changed = times.local(slot_at, zone), lines.utc(updated_at)
    plain = zone == "UTC" or start.fold
    line = posts.first_line(head) or _("No text yet")
    said = _("%(state)s: %(line)s", state=lifecycle.STATES[lifecycle.State(state)].word, line=line)
    return lines.NEXT.join(
        (
            "BEGIN:VEVENT",
            f"UID:{post_id}@nod",
            f"DTSTAMP:{changed}",
            f"CREATED:{lines.utc(created_at)}",
            f"LAST-MODIFIED:{changed}",
            f"SEQUENCE:{version + bool(deleted_at)}",
            f"DTSTART:{lines.utc(slot_at)}" if plain else f"DTSTART;TZID={zone}:{lines.wall(start)}",
            f"DURATION:{LENGTH}",
            lines.fold(f"SUMMARY:{lines.text(said)}"),
            lines.fold(f"LOCATION:{lines.text(region)}"),
            lines.fold(f"URL:{home}{post_id}"),
            f"STATUS:{_status(state, deleted_at)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        )
    )


def _status(state: str, deleted_at: datetime | None) -> str:
    if deleted_at or state in _CANCELLED:
        return "CANCELLED"
    return "CONFIRMED" if state in _CONFIRMED else "TENTATIVE"
