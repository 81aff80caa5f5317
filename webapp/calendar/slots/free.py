"""Free slots for a post: those of its channels first, else its own hour on the next days and a few good hours."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

import sqlalchemy as sa

from webapp import times
from webapp.approvals.life.slots import APART, EARLIEST
from webapp.db import session
from webapp.i18n import _
from webapp.people.models import Region
from webapp.posts.adapting import hours, making
from webapp.posts.models import Post, Variant

from .. import basis, gaps, special
from ..models import ChannelSlot
from ..spans import DAY
from . import keeping

AHEAD, OFFERED = 14, 6
"""Days that are looked at, and how many slots are offered."""
HOURS = (time(9), time(12), time(17))
_OUT = ("rejected", "expired", "failed")


@dataclass(frozen=True)
class Free:
    """A free time, and why it is offered."""

    planned: times.Planned
    why: str


def of_post(post: Post, zone: str) -> list[Free]:
    """The next free slots of a post, the nearest first."""
    channels = [variant.channel_id for variant in post.variants]
    return next_free(post.region, zone, channels, keeping.of(channels), post)


def of_region(post: Post, region: Region) -> times.Planned | None:
    """The first free slot for a post in another region, from its day on: on the channels it would go to there."""
    channels = [channel.id for channel in making.channels(post, region)]
    since = post.planned_at if hours.timed(post) else None
    found = next_free(region, basis.known(region.zone), channels, keeping.of(channels), since=since)
    return found[0].planned if found else None


def next_free(
    region: Region,
    zone: str,
    channels: Collection[uuid.UUID],
    slots: list[ChannelSlot],
    post: Post | None = None,
    since: datetime | None = None,
    also: Collection[datetime] = (),
    days: int = AHEAD,
) -> list[Free]:
    """Free slots in the next two weeks, or in `days` from the day of `since` on. A post's own time is never offered,
    nor what is near one of `also`; a day the company keeps quiet has none."""
    begin = max(times.now(), since) if since else times.now()
    taken, found = [*_taken(channels, post, begin), *also], list[Free]()
    own = post.planned_at if post is not None else None
    first = times.local(begin, zone).date()
    quiet = special.blackouts(region, first, first + days * DAY)
    for day, group in groupby(_candidates(post, slots, zone, first, days), key=lambda each: each[0]):
        if any(each.first <= day <= each.last for each in quiet):
            continue
        for _day, wall, why in group:
            at = _placed(day, wall, zone)
            if at and at.at != own and _fits(at.at, region, day, taken):
                found.append(Free(at, why))
                taken.append(at.at)
            if len(found) == OFFERED:
                return found
    return found


def _candidates(
    post: Post | None, slots: list[ChannelSlot], zone: str, first: date, days: int
) -> Iterator[tuple[date, time, str]]:
    """Days with times, in order."""
    for day in (first + n * DAY for n in range(days)):
        named = {time.fromisoformat(s.wall): s.name for s in slots if s.weekday == day.isoweekday()}
        for wall, name in sorted(named.items()):
            yield day, wall, name or _("Slot of the channel")
        if not slots:
            yield from ((day, wall, why) for wall, why in _usual(post, zone))


def _usual(post: Post | None, zone: str) -> list[tuple[time, str]]:
    """Without slots: the hour it has, and a few good ones."""
    good = dict.fromkeys(HOURS, "")
    if post is not None and post.planned_at:
        good[times.local(post.planned_at, zone).time()] = _("Same hour")
    return sorted(good.items())


def _placed(day: date, wall: time, zone: str) -> times.Planned | None:
    """The wall time on that day: none where the clocks skip it, the first where it comes twice."""
    try:
        return times.plan(datetime.combine(day, wall), zone, fold=0)
    except times.TimeError:
        return None


def _fits(at: datetime, region: Region, day: date, taken: list[datetime]) -> bool:
    hours = gaps.market_hours(region, day)
    inside = hours is None or hours[0] <= at <= hours[1]
    return inside and at > times.now() + EARLIEST and all(abs(at - other) >= APART for other in taken)


def _taken(channels: Collection[uuid.UUID], post: Post | None, begin: datetime) -> list[datetime]:
    """When something else goes out on one of the channels in that time."""
    if not channels:
        return []
    query = (
        sa.select(Post.slot_at)
        .join(Variant, Variant.post_id == Post.id)
        .where(
            Variant.channel_id.in_(channels),
            Post.slot_at > begin - timedelta(days=1),
            Post.slot_at < begin + timedelta(days=AHEAD + 1),
            Post.state.not_in(_OUT),
            Post.deleted_at.is_(None),
        )
        .distinct()
    )
    if post is not None:
        query = query.where(Post.id != post.id)
    return [at for at in session.scalars(query) if at is not None]
