"""What Today and search read, over all rooms: each a bounded query, its cost that of what is shown."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from webapp import times
from webapp.approvals import queries as approvals
from webapp.approvals.life import nudges
from webapp.approvals.models import Ask, Submission
from webapp.assets.models import Rendition
from webapp.channels.models import Channel
from webapp.db import session
from webapp.networks import NETWORKS
from webapp.networks.base import Network
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts.adapting import shown as adapting
from webapp.posts.lifecycle import Look, State, look
from webapp.posts.models import Medium, Post, Variant
from webapp.publishing.models import Delivery

RISK = timedelta(hours=2)
FEW = 5
_AHEAD = (State.WAITING, State.HELD, State.APPROVED, State.SCHEDULED, State.SENDING)
_BACK = (State.SENT_BACK, State.REJECTED, State.EXPIRED)
_TROUBLE = ("failed", "unknown", "held")


@dataclass(frozen=True)
class Row:
    """A post in a list of Today: its slot (an instant, shown in `zone`), first line, state, region and networks."""

    id: uuid.UUID
    line: str
    language: str
    slot_at: datetime | None
    zone: str
    region: str
    look: Look
    networks: tuple[Network, ...] = ()
    note: str = ""


_COLUMNS = (
    Post.id,
    sa.func.substr(Post.text, 1, 200).label("start"),
    Post.language,
    Post.slot_at,
    Post.state,
    Post.sent_of,
    Post.sent_on,
    Region.zone,
    Region.name.label("region"),
)


def first_line(text: str) -> str:
    """The first line that says something, short."""
    line = next((part for part in text.splitlines() if part.strip()), "")
    return line.strip()[:120]


def _look(row: Any) -> Look:
    """The look of a row with the columns that `look` reads."""
    return look(row)


def posts_of(actor: Actor, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Posts in scope, the columns a row needs."""
    return (
        sa.select(*_COLUMNS)
        .select_from(Post)
        .join(Region, Region.id == Post.region_id)
        .where(*scope(Post, actor), Post.deleted_at.is_(None), *conditions)
    )


def rows_of(query: sa.Select[Any]) -> list[Row]:
    """The rows of such a query."""
    found = session.execute(query).all()
    marks = networks_of([row.id for row in found])
    return [
        Row(r.id, first_line(r.start), r.language, r.slot_at, r.zone, r.region, _look(r), marks.get(r.id, ()))
        for r in found
    ]


def networks_of(post_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Network, ...]]:
    """The networks each post goes to, each once."""
    if not post_ids:
        return {}
    rows = session.execute(
        sa.select(Variant.post_id, Channel.network)
        .join(Channel, Channel.id == Variant.channel_id)
        .where(Variant.post_id.in_(post_ids))
        .distinct()
        .order_by(Channel.network)
    )
    found: dict[uuid.UUID, tuple[Network, ...]] = {}
    for post_id, key in rows:
        if key in NETWORKS:
            found[post_id] = (*found.get(post_id, ()), NETWORKS[key])
    return found


def _waiting(actor: Actor, permission: Permission) -> list[sa.ColumnElement[bool]]:
    return [*scope(Submission, actor, permission), Submission.ended_at.is_(None), Submission.cleared_at.is_(None)]


@dataclass(frozen=True)
class Needs:
    """What waits for this person: how many, the first slot (instant and zone), up to three pictures."""

    count: int
    slot_at: datetime | None = None
    zone: str = ""
    pictures: tuple[str, ...] = ()


def needs(actor: Actor, count: int) -> Needs:
    """Posts that need this person's decision; `count` as approvals count them."""
    if not count:
        return Needs(0)
    condition, values = approvals.mine(actor)
    first = session.execute(
        sa.select(Submission.post_id, Submission.deadline, Region.zone)
        .select_from(Ask)
        .join(Submission, Submission.id == Ask.submission_id)
        .join(Region, Region.id == Ask.region_id)
        .where(condition)
        .order_by(Ask.sort_at, Ask.submission_id)
        .limit(6)
        .params(values)
    ).all()
    ahead = next((row for row in first if row.deadline and row.deadline > times.now()), None)
    pictures = thumbs([row.post_id for row in first])
    return Needs(count, ahead.deadline if ahead else None, ahead.zone if ahead else "", tuple(pictures.values())[:3])


def thumbs(post_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The address of the first small picture of each post that has one, in the order given."""
    if not post_ids:
        return {}
    rows = session.execute(
        sa.select(Medium.post_id, Rendition.key)
        .join(Rendition, Rendition.asset_id == Medium.asset_id)
        .where(Medium.post_id.in_(post_ids), Rendition.kind == "thumb")
        .order_by(Medium.part.desc(), Medium.position.desc())
    ).all()
    found = {post_id: f"/media/{key}" for post_id, key in rows}
    return {post_id: found[post_id] for post_id in post_ids if post_id in found}


class Risk(NamedTuple):
    """A slot that is near and has no yes: since when it waits, and whether this person may nudge."""

    row: Row
    since: datetime
    may_nudge: bool
    again_at: datetime | None


def at_risk(actor: Actor) -> list[Risk]:
    """Slots within two hours that nobody cleared and nobody holds."""
    now = times.now()
    query = (
        posts_of(actor)
        .add_columns(Submission.at, Submission.nudged_at, Submission.region_id)
        .join(Submission, Submission.post_id == Post.id)
        .where(
            *_waiting(actor, Permission.VIEW),
            Submission.deadline > now,
            Submission.deadline <= now + RISK,
            sa.or_(Submission.held_until.is_(None), Submission.held_until <= now),
        )
        .order_by(Submission.deadline, Submission.id)
        .limit(FEW)
    )
    found, mine = session.execute(query).all(), actor.regions(Permission.WRITE)
    marks = networks_of([row.id for row in found])
    return [
        Risk(
            Row(r.id, first_line(r.start), r.language, r.slot_at, r.zone, r.region, _look(r), marks.get(r.id, ())),
            r.at,
            r.region_id in mine,
            nudges.after(r.nudged_at),
        )
        for r in found
    ]


def going_out(actor: Actor, limit: int = FEW) -> list[Row]:
    """What goes out next, soonest first: cleared or still waiting, with a slot ahead."""
    query = posts_of(actor, Post.state.in_(_AHEAD), Post.slot_at > times.now())
    return rows_of(query.order_by(Post.slot_at, Post.id).limit(limit))


def to_adapt(actor: Actor) -> list[Row]:
    """What headquarters asks this person's regions to adapt and nobody has sent for approval, the soonest first."""
    if not actor.may(Permission.WRITE) or actor.everywhere(Permission.WRITE):
        return []
    query = posts_of(actor, Post.id.in_(adapting.for_regions(actor)))
    return rows_of(query.order_by(Post.slot_at, Post.id).limit(FEW))


def came_back(actor: Actor) -> list[Row]:
    """The person's own posts that came back: changes asked, rejected, expired. Newest first."""
    query = posts_of(actor, Post.author_id == actor.id, Post.state.in_(_BACK))
    return rows_of(query.order_by(Post.updated_at.desc(), Post.id).limit(FEW))


def trouble(actor: Actor) -> tuple[int, list[Row]]:
    """Posts with a delivery that failed, is unknown or held: how many, and the first few."""
    stuck = [*scope(Delivery, actor), Delivery.state.in_(_TROUBLE), Delivery.deleted_at.is_(None)]
    posts = sa.select(Delivery.post_id).where(*stuck).distinct()
    count = session.scalar(sa.select(sa.func.count()).select_from(posts.subquery())) or 0
    if not count:
        return 0, []
    query = posts_of(actor, Post.id.in_(posts))
    return count, rows_of(query.order_by(Post.slot_at.desc(), Post.id).limit(FEW))


def broken_channels(actor: Actor) -> Sequence[Channel]:
    """Channels that must be reconnected, where the person sees them."""
    return session.scalars(
        sa.select(Channel)
        .where(*scope(Channel, actor), Channel.removed_at.is_(None), Channel.health == "reconnect")
        .order_by(Channel.problem_at)
        .limit(FEW)
    ).all()
