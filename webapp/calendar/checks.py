"""What the calendar says of a post before it goes out: the company's own days, and how much a region wants on a day."""

import uuid
from datetime import datetime

import sqlalchemy as sa

from webapp import times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _, ngettext, number
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.posts import days
from webapp.posts.checks import Check, Level, Subject
from webapp.posts.models import Post, Variant

from . import basis, kept, load, spans, special

_COUNTS = ("waiting", "held", "approved", "scheduled", "sending", "published", "partly", "unknown")


def own_days(subject: Subject, _by: Actor | None) -> list[Check]:
    """A launch and a closed day are told; a blackout and a day of mourning are warned of."""
    region, at = subject.post.region, subject.at
    if at is None:
        return []
    day = times.local(at, basis.known(region.zone)).date()
    return [_own(each, region) for each in kept.of(region).on(day)]


def _own(day: kept.Day, region: Region) -> Check:
    titles = {
        special.LAUNCH: _("Launch that day: %(name)s", name=day.name),
        special.BLACKOUT: _("Nothing should go out that day: %(name)s", name=day.name),
        days.MOURNING: _("Day of mourning: %(name)s", name=day.name),
        special.CLOSED: _("You are closed that day: %(name)s", name=day.name),
    }
    level = Level.INFO if day.kind in (special.LAUNCH, special.CLOSED) else Level.WARN
    detail = _("In %(region)s. See whether the post suits the day.", region=region.name)
    return Check("day", level, titles.get(day.kind, day.name), detail, "when", _("Change"))


def daily(subject: Subject, _by: Actor | None) -> list[Check]:
    """More on a day than is wanted: on a channel that has a wish of its own, else in the region."""
    region, at = subject.post.region, subject.at
    if at is None:
        return []
    known = kept.of(region)
    own = [channel for channel in subject.channels if channel.id in known.channels]
    found = _on_channels(subject.post, own, known, at)
    if len(own) == len(subject.channels) > 0 or not known.most_a_day:
        return found
    many = 1 + _others(subject.post, region, at)
    title = ngettext(
        "%(n)s post in %(region)s that day, at most %(limit)s are wanted",
        "%(n)s posts in %(region)s that day, at most %(limit)s are wanted",
        many,
        region=region.name,
        limit=number(known.most_a_day),
    )
    return [*found, _pace(title)] if many > known.most_a_day else found


def _pace(title: str, channel: Channel | None = None) -> Check:
    return Check("pace", Level.WARN, title, "", "when", _("Change"), channel_id=channel.id if channel else None)


def _on_channels(post: Post, channels: list[Channel], known: kept.Kept, at: datetime) -> list[Check]:
    """In one statement, and none where no channel has a wish."""
    wished = [channel for channel in channels if known.channels[channel.id]]
    counts = _others_on(post, wished, at) if wished else {}
    found = []
    for channel in wished:
        many, most = 1 + counts.get(channel.id, 0), known.channels[channel.id]
        title = ngettext(
            "%(n)s post on %(handle)s that day, at most %(limit)s are wanted",
            "%(n)s posts on %(handle)s that day, at most %(limit)s are wanted",
            many,
            handle=channel.handle,
            limit=number(most),
        )
        found += [_pace(title, channel)] if many > most else []
    return found


def _day(region: Region, at: datetime) -> list[datetime]:
    """The first instants of the day there, and of the next one."""
    zone = basis.known(region.zone)
    return spans.bounds([times.local(at, zone).date()], zone)


def _others(post: Post, region: Region, at: datetime) -> int:
    start, end = _day(region, at)
    query = sa.select(sa.func.count()).where(*load.between([region], start, end))
    return session.scalar(query.where(Post.id != post.id, Post.state.in_(_COUNTS))) or 0


def _others_on(post: Post, channels: list[Channel], at: datetime) -> dict[uuid.UUID, int]:
    """The day is that of the post's region, whose posts may share a channel with those of regions below."""
    start, end = _day(post.region, at)
    query = sa.select(Variant.channel_id, sa.func.count()).join(Post, Post.id == Variant.post_id)
    there = (Variant.channel_id.in_([channel.id for channel in channels]), Post.slot_at >= start, Post.slot_at < end)
    here = (Post.id != post.id, Post.deleted_at.is_(None), Post.state.in_(_COUNTS))
    return dict(session.execute(query.where(*there, *here).group_by(Variant.channel_id)).all())
