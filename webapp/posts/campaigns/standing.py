"""A campaign in numbers and on one line of time. Only posts of regions the reader sees are counted or shown."""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from webapp import db, times
from webapp.assets.models import Asset, Rendition
from webapp.assets.store import url_of
from webapp.db import session
from webapp.people.models import Region
from webapp.people.permissions import Actor, scope

from .. import lifecycle, lists, queries
from ..labels.models import Campaign
from ..models import Medium, Post

MOST, PICTURES = 300, 12
_DONE = (lifecycle.State.PUBLISHED, lifecycle.State.PARTLY)


@dataclass(frozen=True)
class Standing:
    """`states`: how many posts are in each, in the order of the table of states."""

    campaign: Campaign
    states: tuple[tuple[lifecycle.Look, int], ...]
    total: int
    done: int

    @property
    def phase(self) -> str:
        """Where it is in time: ahead, on, over, or nothing when it has no days."""
        today, row = times.today("UTC"), self.campaign
        if row.starts_on and row.starts_on > today:
            return "ahead"
        if row.ends_on and row.ends_on < today:
            return "over"
        return "on" if row.starts_on or row.ends_on else ""


@dataclass(frozen=True)
class Day:
    """A day of the timeline, in each post's own region; None for posts without a time."""

    date: date | None
    rows: Sequence[lists.Row]


def of(campaigns: Sequence[Campaign], actor: Actor) -> list[Standing]:
    """Every one of them, in one statement."""
    found: dict[uuid.UUID, Counter[str]] = {}
    query = (
        sa.select(Post.campaign_id, Post.state, sa.func.count())
        .where(*scope(Post, actor), Post.deleted_at.is_(None))
        .where(db.among(Post.campaign_id, [each.id for each in campaigns]))
        .group_by(Post.campaign_id, Post.state)
    )
    for campaign_id, state, many in session.execute(query) if campaigns else ():
        if campaign_id is not None:
            found.setdefault(campaign_id, Counter())[state] = many
    return [_standing(each, found.get(each.id, Counter())) for each in campaigns]


def _standing(campaign: Campaign, counts: Counter[str]) -> Standing:
    states = tuple((look, counts[state]) for state, look in lifecycle.STATES.items() if counts[state])
    return Standing(campaign, states, counts.total(), sum(counts[state] for state in _DONE))


def regions(campaign: Campaign, seen: Collection[Region]) -> list[Region]:
    """The regions it is for, as far as the reader sees them; none when it is for every one."""
    wanted = set(campaign.regions)
    return [region for region in seen if str(region.id) in wanted]


def timeline(campaign: Campaign, actor: Actor) -> tuple[list[Day], bool]:
    """Its posts by day, those without a time last; and whether there are more than are shown."""
    query = (
        queries.listed(actor, queries.Filters(campaign=campaign.id))
        .order_by(Post.slot_at.is_(None), Post.slot_at, Post.id)
        .limit(MOST + 1)
    )
    posts = list(session.scalars(query).unique())
    days: list[Day] = []
    grouped: dict[date | None, list[Any]] = {}
    for row in lists.rows(posts[:MOST]):
        grouped.setdefault(times.local(row.at, row.post.zone).date() if row.at else None, []).append(row)
    days = [Day(day, grouped[day]) for day in sorted(filter(None, grouped))]
    return days + ([Day(None, grouped[None])] if None in grouped else []), len(posts) > MOST


def pictures(campaign: Campaign, actor: Actor) -> list[str]:
    """The newest pictures of its posts, small, each once."""
    used = (
        sa.select(Medium.asset_id)
        .join(Post, Post.id == Medium.post_id)
        .where(*scope(Post, actor), Post.campaign_id == campaign.id, Post.deleted_at.is_(None))
    )
    query = (
        sa.select(Rendition)
        .join(Asset, Asset.id == Rendition.asset_id)
        .where(Asset.id.in_(used), Rendition.kind == "thumb")
        .order_by(Asset.id.desc())
        .limit(PICTURES)
    )
    return [url_of(row) for row in session.scalars(query)]
