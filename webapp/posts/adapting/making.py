"""A region's own post from what headquarters handed on: its language and zone, the same hour there, its channels."""

from dataclasses import dataclass

import sqlalchemy as sa

from webapp import events, times
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.events import Actor
from webapp.people.models import Region

from .. import lifecycle, queries
from ..models import Medium, Post, Variant
from .models import Adaptation, Edition


@dataclass(frozen=True)
class Suggested:
    """The hour that headquarters planned, on the region's clocks. `planned` None: there is no such hour, or it comes
    twice; the composer asks then, as for every time that is typed."""

    planned: times.Planned | None
    wall: str


def suggested(master: Post, region: Region) -> Suggested:
    """The same wall time in the region's zone."""
    try:
        return Suggested(times.plan(times.parse_wall(master.wall), region.zone), master.wall)
    except times.TimeError:
        return Suggested(None, master.wall)


def channels(master: Post, region: Region) -> list[Channel]:
    """The region's channels of the networks that headquarters posts to; its only one when headquarters has none."""
    query = sa.select(Channel).where(Channel.region_id == region.id, Channel.removed_at.is_(None))
    own = list(session.scalars(query.order_by(Channel.handle, Channel.id)).unique())
    networks = {variant.channel.network for variant in master.variants}
    if not networks:
        return own if len(own) == 1 else []
    return [channel for channel in own if channel.network in networks]


def make(master: Post, edition: Edition, region: Region, by: Actor) -> Adaptation:
    """The region's post, a draft, and what ties it to headquarters'. The caller locks the master."""
    post = _post(master, edition, region, by)
    row = Adaptation(
        id=new_id(),
        organization_id=master.organization_id,
        region_id=region.id,
        region=region,
        master_id=master.id,
        post=post,
        edition=edition,
        person_id=by.id,
        wordings={},
    )
    session.add(row)
    session.flush()
    lifecycle.project(post)
    events.record("post.adapted", post, by=by, master=master.id, edition=edition.number)
    return row


def _post(master: Post, edition: Edition, region: Region, by: Actor) -> Post:
    when = suggested(master, region)
    post = Post(
        id=new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        author_id=by.id,
        text=edition.text,
        language=region.language,
        as_soon=master.as_soon,
        zone=region.zone,
        planned_at=when.planned.at if when.planned else None,
        wall=when.wall,
        adapted_from_id=master.id,
        campaign_id=master.campaign_id,
        paid=master.paid,
    )
    post.labels = list(master.labels)
    post.variants = [Variant(id=new_id(), channel_id=c.id, channel=c) for c in channels(master, region)]
    post.media = [
        Medium(id=new_id(), asset_id=m.asset_id, asset=m.asset, position=n, alt=m.alt, decorative=m.decorative)
        for n, m in enumerate(base_pictures(master))
    ]
    post.search = queries.searchable(post)
    session.add(post)
    session.flush()
    return post


def base_pictures(post: Post) -> list[Medium]:
    """The pictures of the base, in order."""
    return sorted((m for m in post.media if m.variant_id is None), key=lambda m: (m.position, m.id))
