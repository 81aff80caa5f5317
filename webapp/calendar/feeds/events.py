"""The events of a feed: each post at its wall time in its zone, cancelled ones said to be so, nothing that rings.

A post that was deleted, rejected or missed its slot stays for a while as CANCELLED, so that apps take it away. SEQUENCE
and LAST-MODIFIED follow the post and nothing else: an unchanged post is the same lines at every reading.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import links, times
from webapp.db import session
from webapp.i18n import _
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
    said = {str(state): lines.text(look.word) for state, look in lifecycle.STATES.items()}
    template, home = _("%(state)s: %(line)s"), links.url("/posts/")
    for row in rows:
        found.append(_event(row, said, template, home))
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


def _event(row: Any, said: dict[str, str], template: str, home: str) -> str:
    """Its lines as they are written; only those that hold words of people or an address can be too long."""
    zone = basis.known(row.zone)
    start, changed = times.local(row.slot_at, zone), lines.utc(row.updated_at)
    plain = zone == "UTC" or start.fold
    line = lines.text(posts.first_line(row.head) or _("No text yet"))
    return lines.NEXT.join(
        (
            "BEGIN:VEVENT",
            f"UID:{row.id}@nod",
            f"DTSTAMP:{changed}",
            f"CREATED:{lines.utc(row.created_at)}",
            f"LAST-MODIFIED:{changed}",
            f"SEQUENCE:{row.version + bool(row.deleted_at)}",
            f"DTSTART:{lines.utc(row.slot_at)}" if plain else f"DTSTART;TZID={zone}:{lines.wall(start)}",
            f"DURATION:{LENGTH}",
            lines.fold(f"SUMMARY:{template % {'state': said[row.state], 'line': line}}"),
            lines.fold(f"LOCATION:{lines.text(row.region)}"),
            lines.fold(f"URL:{home}{row.id}"),
            f"STATUS:{_status(row)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        )
    )


def _status(row: Any) -> str:
    if row.deleted_at or row.state in _CANCELLED:
        return "CANCELLED"
    return "CONFIRMED" if row.state in _CONFIRMED else "TENTATIVE"
