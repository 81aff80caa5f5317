"""The list to confirm: for each post its old time and its new one, or why it stays, and what becomes of its yeses."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from webapp import times
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.posts import revisions
from webapp.posts.adapting import hours
from webapp.posts.models import Post
from webapp.posts.queries import first_line

from .. import basis, walls
from ..moving import moving
from ..slots import free, keeping

MOST_DAYS = 366


@dataclass(frozen=True)
class Line:
    """One post. `why`: why it stays, in a sentence, or nothing. `clock`: what a clock change does to the new time.
    `asked`: it is sent for approval again; `kept`: its yeses stand."""

    post: Post
    text: str
    before: times.Planned | None
    after: times.Planned | None
    why: str = ""
    clock: str = ""
    asked: bool = False
    kept: bool = False

    @property
    def token(self) -> str:
        """As a form carries it: which post, as it was shown, and when to."""
        at = times.iso(self.after.at) if self.after else ""
        return f"{self.post.id}|{self.post.version}|{at}"


def shifted(posts: Sequence[Post], days: int) -> list[Line]:
    """Each by so many days, at the same hour on the clocks of its place: what lies between them stays as it is."""
    last = last_of(posts)
    return [_shifted(post, days, last.get(post.id)) for post in posts]


def _shifted(post: Post, days: int, last: Submission | None) -> Line:
    if not hours.timed(post) or post.planned_at is None:
        return Line(post, first_line(post.text), None, None, why=_("It has no time yet."))
    zone = basis.known(post.zone)
    before = times.planned_from(post.planned_at, zone)
    after, clock = walls.placed(before.wall + timedelta(days=days), zone)
    return _line(post, before, after, walls.said(clock, f"{before.wall:%H:%M}"), last)


def _line(post: Post, before: times.Planned | None, after: times.Planned, clock: str, last: Submission | None) -> Line:
    asked = last if moving.replaces(post, last) else None
    why = moving.unmovable(post) or _behind(post, asked) or _near(after)
    kept = asked is not None and moving.keeps(asked)
    told = {"asked": asked is not None and not kept, "kept": kept, "clock": clock}
    return Line(post, first_line(post.text), before, after, why, **({} if why else told))  # type: ignore[arg-type]


def _behind(post: Post, asked: Submission | None) -> str:
    return _("It has changes that were not sent.") if asked is not None and revisions.differs(post) else ""


def _near(after: times.Planned) -> str:
    try:
        moving.ahead(after)
    except Invalid:
        return _("The new time is over or too near.")
    return ""


def last_of(posts: Iterable[Post]) -> dict[uuid.UUID, Submission]:
    """The newest submission of each, in one statement."""
    place = sa.func.row_number().over(partition_by=Submission.post_id, order_by=Submission.id.desc()).label("place")
    wanted = Submission.post_id.in_([post.id for post in posts])
    every = sa.select(Submission.id, place).where(wanted).subquery()
    newest = sa.select(every.c.id).where(every.c.place == 1)
    found = session.scalars(sa.select(Submission).where(Submission.id.in_(newest))).unique()
    return {each.post_id: each for each in found}


def filled(posts: Sequence[Post], first: date, zone: str) -> list[Line]:
    """Each into the next free slot of the week that begins there, in the order they are given."""
    begin = times.day_bounds(first, zone)[0]
    end = times.day_bounds(first + timedelta(days=7), zone)[0]
    last, given = last_of(posts), dict[uuid.UUID, list[datetime]]()
    return [_filled(post, begin, end, zone, given, last.get(post.id)) for post in posts]


def _filled(
    post: Post,
    begin: datetime,
    end: datetime,
    zone: str,
    given: dict[uuid.UUID, list[datetime]],
    last: Submission | None,
) -> Line:
    channels = [variant.channel_id for variant in post.variants]
    also = [at for channel in channels for at in given.get(channel, ())]
    slots = keeping.of(channels)
    found = free.next_free(post.region, zone, channels, slots, post, since=begin, also=also, days=7)
    planned = next((each.planned for each in found if begin <= each.planned.at < end), None)
    if planned is None:
        return Line(post, first_line(post.text), None, None, why=_("No slot is free in this week."))
    for channel in channels:
        given.setdefault(channel, []).append(planned.at)
    return _line(post, None, planned, "", last)
