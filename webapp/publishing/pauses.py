"""The switch that stops posting at once: over a region and all below it, over one channel, over everything.

The sender asks here inside the send itself. What a person released after the pause began goes out in spite of it.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

import sqlalchemy as sa

from webapp import db, events, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import Conflict
from webapp.i18n import N_, _
from webapp.people.models import Region
from webapp.people.permissions import Actor

from .lifecycle import State
from .models import Delivery, Pause

REASONS = {
    "news": N_("Bad news"),
    "product": N_("Product"),
    "hacked": N_("Hacked"),
    "wrong": N_("Wrong post"),
    "other": N_("Other"),
}
AHEAD = timedelta(days=7)


def pause(scope: Region | Channel, reason: str, by: Actor) -> Pause:
    """Stop posting in a scope, at once. Raises Conflict when that very scope is paused already."""
    channel = scope if isinstance(scope, Channel) else None
    region_id = channel.region_id if channel else scope.id
    same = sa.and_(Pause.region_id == region_id, Pause.channel_id == (channel.id if channel else None))
    if session.scalars(sa.select(Pause).where(Pause.ended_at.is_(None), same)).first():
        raise Conflict(_("Posting is paused there already."))
    made = Pause(
        id=db.new_id(),
        organization_id=scope.organization_id,
        region_id=region_id,
        channel_id=channel.id if channel else None,
        reason=reason,
        person_id=by.id,
        at=times.now(),
    )
    session.add(made)
    session.flush()
    db.forget()
    events.record("pause.started", made, by=by, reason=reason, channel=made.channel_id, region=region_id)
    return made


def end(pause: Pause, by: Actor) -> None:
    """End a pause. What it held stays held until a person decides; ending twice changes nothing."""
    db.lock(pause)
    if pause.ended_at is None:
        pause.ended_at, pause.ended_by = times.now(), by.id
        db.forget()
        events.record("pause.ended", pause, by=by, channel=pause.channel_id, region=pause.region_id)


def active(organization_ids: Iterable[uuid.UUID]) -> Sequence[tuple[Pause, str]]:
    """The pauses that are on, oldest first, each with the path of its region."""
    return [(row[0], row[1]) for row in session.execute(_active(), {"organizations": list(organization_ids)})]


@cache
def _active() -> sa.Select[Pause, str]:
    return (
        sa.select(Pause, Region.path)
        .join(Region, Region.id == Pause.region_id)
        .where(Pause.organization_id.in_(sa.bindparam("organizations", expanding=True)), Pause.ended_at.is_(None))
        .order_by(Pause.at)
    )


def known(organization_id: uuid.UUID) -> Sequence[tuple[Pause, str]]:
    """`active` of one organization, read once in this transaction. For what is shown; a send asks anew."""
    none = (Pause.__tablename__, organization_id) in db.absent()
    return [] if none else db.remembered(("pauses", organization_id), lambda: active([organization_id]))


def over(pauses: Sequence[tuple[Pause, str]], channel_id: uuid.UUID, path: str) -> Pause | None:
    """The latest pause that stops a channel in a region with this path."""
    found = [
        pause
        for pause, scope in pauses
        if (pause.channel_id == channel_id if pause.channel_id else path.startswith(scope))
    ]
    return found[-1] if found else None


def stops(pauses: Sequence[tuple[Pause, str]], delivery: Delivery) -> Pause | None:
    """The pause that stops this delivery; none when a person released it since."""
    found = over(pauses, delivery.channel_id, delivery.channel.region.path)
    return found if found and (delivery.released_at is None or delivery.released_at <= found.at) else None


def is_paused(channel: Channel) -> Pause | None:
    """The pause over a channel, or none."""
    return over(active([channel.organization_id]), channel.id, channel.region.path)


def touched(pause: Pause) -> list[sa.ColumnElement[bool]]:
    """WHERE conditions on deliveries joined with their channel and its region: those in the scope of a pause."""
    if pause.channel_id:
        return [Delivery.channel_id == pause.channel_id]
    path = session.scalar(sa.select(Region.path).where(Region.id == pause.region_id)) or "/"
    below = sa.select(Channel.id).join(Region, Region.id == Channel.region_id).where(Region.path.startswith(path))
    return [Delivery.organization_id == pause.organization_id, Delivery.channel_id.in_(below)]


def ahead(actor: Actor) -> Sequence[tuple[uuid.UUID, str, uuid.UUID]]:
    """What goes out in the next days in this organization: (channel, path of its region, post) of each delivery."""
    now = times.now()
    rows = session.execute(
        sa.select(Delivery.channel_id, Region.path, Delivery.post_id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .join(Region, Region.id == Channel.region_id)
        .where(
            Delivery.organization_id == actor.organization_id,
            Delivery.state == State.SCHEDULED.value,
            Delivery.due_at < now + AHEAD,
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]
