"""A region's own post from what headquarters handed on: its language and zone, the same hour there, its channels."""

import uuid

import sqlalchemy as sa

from webapp import events, times
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.events import Actor
from webapp.people.models import Region

from .. import lifecycle, queries, revisions
from ..models import Medium, Post, Variant
from . import hours
from .hours import Suggested
from .models import Adaptation, Edition


def channels(master: Post, region: Region) -> list[Channel]:
    """The region's channels of the networks that headquarters posts to; its only one when headquarters has none."""
    query = sa.select(Channel).where(Channel.region_id == region.id, Channel.removed_at.is_(None))
    own = list(session.scalars(query.order_by(Channel.handle, Channel.id)).unique())
    networks = {variant.channel.network for variant in master.variants}
    if not networks:
        return own if len(own) == 1 else []
    return [channel for channel in own if channel.network in networks]


def make(master: Post, edition: Edition, region: Region, by: Actor, how: str = hours.WALL) -> Adaptation:
    """The region's post, a draft, and what ties it to headquarters'. The caller locks the master."""
    post = _post(master, edition.text, region, by, hours.suggested(master, region, how), tied_to=master.id)
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
    events.record("post.adapted", post, by=by, master=master.id, edition=edition.number, time=how)
    return row


def again(row: Adaptation, master: Post, edition: Edition, by: Actor, how: str = hours.WALL) -> None:
    """A region from which it was taken back is asked after all: a new post, with the wording it has. The one that
    nobody had begun stays put away."""
    text, region = edition.text, row.region
    for each in edition.passages:
        text = text.replace(each, row.phrase(each))
    row.post = _post(master, text, region, by, hours.suggested(master, region, how), tied_to=master.id)
    row.edition, row.person_id, row.asked_at = edition, by.id, times.now()
    row.declined_at = row.declined_by_id = None
    row.reason, row.recalled = "", False
    session.flush()
    lifecycle.project(row.post)
    events.record("post.adapted", row.post, by=by, master=master.id, edition=edition.number, time=how)


def beside(post: Post, region: Region, when: Suggested, by: Actor) -> Post:
    """A copy for a region that is not below the post's own: nothing in it is locked, and nothing ties the two."""
    made = _post(post, post.text, region, by, when)
    lifecycle.project(made)
    events.record("post.duplicated", made, by=by, source=post.id)
    return made


def _post(
    master: Post, text: str, region: Region, by: Actor, when: Suggested, tied_to: uuid.UUID | None = None
) -> Post:
    post = Post(
        id=new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        author_id=by.id,
        text=text,
        parts=[dict(part) for part in master.parts or ()],
        language=region.language,
        as_soon=master.as_soon and when.planned is None,
        zone=region.zone,
        planned_at=when.planned.at if when.planned else None,
        wall=when.wall,
        adapted_from_id=tied_to,
        campaign_id=master.campaign_id,
        paid=master.paid,
    )
    post.labels = list(master.labels)
    post.variants = [Variant(id=new_id(), channel_id=c.id, channel=c) for c in channels(master, region)]
    post.media = [_copied(m) for m in (*base_pictures(master), *(m for m in master.media if m.part))]
    post.search = queries.searchable(post)
    session.add(post)
    session.flush()
    return post


def _copied(medium: Medium) -> Medium:
    told = {"part": medium.part, "position": medium.position, "alt": medium.alt, "decorative": medium.decorative}
    return Medium(id=new_id(), asset_id=medium.asset_id, asset=medium.asset, **told)


def base_pictures(post: Post) -> list[Medium]:
    """The pictures of the base, in order."""
    return revisions.row_of(post)
