"""What the list of posts shows, and what the composer offers to choose from."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import _
from webapp.networks.base import Network
from webapp.people.models import Membership, Person, Region
from webapp.people.permissions import Actor, Permission, scope

from . import lifecycle, narrowed, queries
from .composer_forms import Offer
from .forms import writable
from .labels import catalog
from .labels.models import Campaign, Label
from .models import Post, Variant


@dataclass(frozen=True)
class Row:
    """One post in a list. `at` is its slot, or None for none or "as soon as approved"."""

    post: Post
    line: str
    thumb: str
    nets: Sequence[Network]
    look: lifecycle.Look
    at: datetime | None

    @property
    def hour(self) -> str:
        """`18:30` there."""
        return times.hour(self.at, self.post.zone) if self.at else ""

    @property
    def day(self) -> str:
        """`Thu 26 Nov` there."""
        return times.day(self.at, self.post.zone) if self.at else ""

    @property
    def place(self) -> str:
        return times.place(self.post.zone)


def rows(posts: Sequence[Post]) -> list[Row]:
    """Posts as rows, in three queries however many there are."""
    thumbs, nets = (queries.thumbs(posts), queries.networks_of(posts)) if posts else ({}, {})
    return [
        Row(
            post,
            queries.first_line(post.head),
            thumbs.get(post.id, ""),
            nets.get(post.id, ()),
            lifecycle.look(post),
            None if post.as_soon and post.slot_at == post.planned_at else post.slot_at,
        )
        for post in posts
    ]


def context(actor: Actor, wanted: queries.Filters, found: Sequence[Post], after: str) -> dict[str, Any]:
    """Everything the page of the list reads."""
    return {
        "rows": rows(found),
        "after": after,
        "wanted": wanted,
        "narrowed": narrowed.of(wanted, actor, ("state",) if wanted.state in queries.GROUPS else ()),
        "chips": [(key, _(label)) for key, (label, _states) in queries.GROUPS.items()],
        "drafts": queries.mine(actor, queries.GROUPS["drafts"][1]),
        "back": queries.mine(actor, queries.GROUPS["back"][1]),
        "regions": regions(actor),
        "channels": channels(actor),
        "people": people(actor),
        "labels": catalog.offered(Label, actor.organization_id),
        "campaigns": catalog.offered(Campaign, actor.organization_id),
    }


def regions(actor: Actor) -> list[Region]:
    """The regions this person sees."""
    return list(session.scalars(sa.select(Region).where(*scope(Region, actor)).order_by(Region.path).limit(500)))


def channels(actor: Actor) -> list[Any]:
    """Ids and handles of the channels this person sees."""
    query = sa.select(Channel.id, Channel.handle).where(*scope(Channel, actor), Channel.removed_at.is_(None))
    return list(session.execute(query.order_by(Channel.handle, Channel.id).limit(500)))


def people(actor: Actor) -> list[Any]:
    """Ids and names of the members of the organization: those who may have written something."""
    query = sa.select(Person.id, Person.name).join(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.organization_id == actor.organization_id)
    return list(session.execute(query.order_by(Person.name, Person.id).limit(500)))


def offered_channels(region: Region, actor: Actor) -> list[Channel]:
    """Channels a post of a region may go to: those of the region and below it, where this person writes."""
    below = [r for r in actor.regions(Permission.WRITE) if actor.tree[r].startswith(region.path)]
    query = sa.select(Channel).where(Channel.region_id.in_(below), Channel.removed_at.is_(None))
    return list(session.scalars(query.order_by(Channel.handle, Channel.id)).unique())


def usual_channels(region: Region, actor: Actor) -> list[Channel]:
    """Where this person's last post in the region went; the only channel there is otherwise."""
    offered = offered_channels(region, actor)
    last = session.scalar(
        sa.select(Post.id)
        .where(Post.author_id == actor.id, Post.region_id == region.id, Post.deleted_at.is_(None))
        .order_by(Post.id.desc())
        .limit(1)
    )
    used = set(session.scalars(sa.select(Variant.channel_id).where(Variant.post_id == last))) if last else set()
    again = [c for c in offered if c.id in used]
    return again or (offered if len(offered) == 1 else [])


def offer(post: Post, actor: Actor, region_id: uuid.UUID | None = None) -> Offer:
    """What the composer offers for a post, in its own region or in another one that is being chosen."""
    able = [post.region] if post.current_id or post.adapted_from_id else writable(actor)
    if post.region_id not in {r.id for r in able}:
        able = [post.region, *able]
    region = next((r for r in able if r.id == region_id), post.region)
    found = offered_channels(region, actor)
    if region.id == post.region_id:
        found += [v.channel for v in post.variants if v.channel_id not in {c.id for c in found}]
    return Offer(able, found, post.media)
