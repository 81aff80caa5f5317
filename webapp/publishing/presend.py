"""The last questions before the network is called, asked in the transaction that writes the attempt.

Whatever was true when the post was cleared may have changed since: each answer is looked up anew, for a whole batch at
a time. A delivery that may not go says why.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from webapp.approvals import clearance
from webapp.db import session
from webapp.i18n import N_
from webapp.people.models import Organization

from . import pauses, retry
from .lifecycle import HELD_BY, State
from .models import Delivery, Pause

CHANGED = N_("What is stored is not what was approved. Send it for approval again.")
REMOVED = N_("The channel was removed from Nod.")


@dataclass(frozen=True)
class Stop:
    """Why it does not go out now: the state it gets, what holds it, and the sentence."""

    state: State
    held_by: str = ""
    problem: str = ""


def held(reason: str) -> Stop:
    """On hold for one of the reasons of `lifecycle.HELD_BY`."""
    return Stop(State.HELD, reason, HELD_BY[reason])


def stops(batch: Sequence[Delivery], now: datetime) -> dict[uuid.UUID, Stop]:
    """Those of a batch that may not be sent now, and why."""
    organizations = {delivery.organization_id for delivery in batch}
    paused = pauses.active(organizations)
    minutes = _late_minutes(organizations)
    cleared = clearance.cleared((delivery.post_id, delivery.revision_id) for delivery in batch)
    found = {d.id: _stop(d, cleared, paused, minutes[d.organization_id], now) for d in batch}
    return {key: stop for key, stop in found.items() if stop}


def _stop(
    delivery: Delivery,
    cleared: dict[tuple[uuid.UUID, uuid.UUID], bool],
    paused: Sequence[tuple[Pause, str]],
    minutes: int,
    now: datetime,
) -> Stop | None:
    if delivery.channel.removed_at is not None:
        return Stop(State.FAILED, "", REMOVED)
    if not cleared[delivery.post_id, delivery.revision_id]:
        return held("clearance")
    if pauses.stops(paused, delivery):
        return held("pause")
    if retry.late(now, delivery.planned_at, delivery.release_at or delivery.released_at, minutes):
        return held("late")
    if delivery.channel.health == "reconnect":
        return held("channel")
    return None


def _late_minutes(organizations: set[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = session.execute(
        sa.select(Organization.id, Organization.late_minutes).where(Organization.id.in_(organizations))
    )
    return {row.id: row.late_minutes for row in rows}
