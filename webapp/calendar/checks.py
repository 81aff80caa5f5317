"""What the calendar says of a post before it goes out: the company's own days, and how much a region wants on a day."""

from datetime import datetime

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.i18n import _, ngettext, number
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.posts import days
from webapp.posts.checks import Check, Level, Subject
from webapp.posts.models import Post

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
    """More on a day than the region wants."""
    region, at = subject.post.region, subject.at
    if at is None:
        return []
    most = kept.of(region).most_a_day
    many = 1 + _others(subject.post, region, at) if most else 0
    if many <= most:
        return []
    title = ngettext(
        "%(n)s post in %(region)s that day, at most %(limit)s are wanted",
        "%(n)s posts in %(region)s that day, at most %(limit)s are wanted",
        many,
        region=region.name,
        limit=number(most),
    )
    return [Check("pace", Level.WARN, title, "", "when", _("Change"))]


def _others(post: Post, region: Region, at: datetime) -> int:
    zone = basis.known(region.zone)
    start, end = spans.bounds([times.local(at, zone).date()], zone)
    query = sa.select(sa.func.count()).where(*load.between([region], start, end))
    return session.scalar(query.where(Post.id != post.id, Post.state.in_(_COUNTS))) or 0
