"""What the screens of publishing read."""

import uuid
from collections.abc import Iterable, Sequence
from functools import cache

import sqlalchemy as sa

from webapp import times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people import waiting
from webapp.people.models import Person, Region
from webapp.people.permissions import Actor, Permission, scope

from . import pauses
from .lifecycle import TROUBLE, State
from .models import Attempt, Delivery, Pause


def troubles(actor: Actor, states: Sequence[State] = TROUBLE) -> sa.Select[Delivery]:
    """Deliveries in which somebody has to decide, in the person's scope."""
    return sa.select(Delivery).where(*scope(Delivery, actor), Delivery.state.in_([state.value for state in states]))


def counts(actor: Actor) -> dict[str, int]:
    """How many there are of each kind of trouble."""
    rows = session.execute(
        sa.select(Delivery.state, sa.func.count())
        .where(*scope(Delivery, actor), Delivery.state.in_([state.value for state in TROUBLE]))
        .group_by(Delivery.state)
    )
    return {row[0]: row[1] for row in rows}


def attempts(deliveries: Iterable[Delivery]) -> dict[uuid.UUID, list[Attempt]]:
    """Every try of some deliveries, the latest first, in one query."""
    found: dict[uuid.UUID, list[Attempt]] = {delivery.id: [] for delivery in deliveries}
    query = sa.select(Attempt).where(Attempt.delivery_id.in_(list(found)))
    for attempt in session.scalars(query.order_by(Attempt.number.desc())):
        found[attempt.delivery_id].append(attempt)
    return found


def held_by(pause: Pause) -> sa.Select[Delivery]:
    """What a pause stops: held since, or waiting for a slot that has not come."""
    held = sa.and_(Delivery.state == State.HELD.value, Delivery.held_by == "pause")
    waiting = sa.and_(
        Delivery.state == State.SCHEDULED.value,
        sa.or_(Delivery.released_at.is_(None), Delivery.released_at <= pause.at),
    )
    which = sa.or_(held, waiting) if pause.ended_at is None else held
    return sa.select(Delivery).where(*pauses.touched(pause), which)


def left_by(pause: Pause) -> sa.Select[Delivery]:
    """What a pause that is over left to decide: what it held, and what was held for another reason while it was on."""
    meanwhile = sa.and_(Delivery.planned_at >= pause.at, Delivery.planned_at <= (pause.ended_at or times.now()))
    which = sa.or_(Delivery.held_by == "pause", sa.and_(Delivery.held_by != "", meanwhile))
    return sa.select(Delivery).where(*pauses.touched(pause), Delivery.state == State.HELD.value, which)


def counting(actor: Actor) -> waiting.Part:
    """How many pauses are on in the organization, as a part of what every page counts."""
    return _pauses(), {"scope_organization": actor.organization_id}


@cache
def _pauses() -> sa.ScalarSelect[int]:
    mine = Pause.organization_id == sa.bindparam("scope_organization", type_=sa.Uuid())
    return sa.select(sa.func.count(Pause.id)).where(mine, Pause.ended_at.is_(None)).scalar_subquery()


def active(actor: Actor) -> list[tuple[Pause, Region, str, str]]:
    """The pauses over a region, or a channel in a region, that the person sees.

    Each with its region, the handle of its channel (empty: the whole region), and the name of who paused.
    """
    rows = session.execute(_active(), {"organization": actor.organization_id}).all()
    seen = [actor.tree[region] for region in actor.regions(Permission.VIEW)]
    return [(r[0], r[1], r[2] or "", r[3]) for r in rows if any(mine.startswith(r[1].path) for mine in seen)]


@cache
def _active() -> sa.Select[Pause, Region, str, str]:
    return (
        sa.select(Pause, Region, Channel.handle, Person.name)
        .join(Region, Region.id == Pause.region_id)
        .join(Person, Person.id == Pause.person_id)
        .outerjoin(Channel, Channel.id == Pause.channel_id)
        .where(Pause.organization_id == sa.bindparam("organization"), Pause.ended_at.is_(None))
        .order_by(Pause.at)
    )
