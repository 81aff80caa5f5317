"""The states of a delivery and the only ways between them. Verbs move it; nothing else does.

A delivery is sent once: from `sending` it never goes back to `scheduled` unless nothing was sent for certain, or a
part of a thread is out for certain and the next one comes.
"""

from enum import StrEnum

from webapp.i18n import N_

from .models import Delivery


class State(StrEnum):
    """Where a delivery stands."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    PUBLISHED = "published"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HELD = "held"
    CANCELLED = "cancelled"
    DROPPED = "dropped"
    REPLACED = "replaced"


S = State
MOVES: dict[State, frozenset[State]] = {
    S.SCHEDULED: frozenset({S.SENDING, S.HELD, S.FAILED, S.CANCELLED, S.DROPPED}),
    S.SENDING: frozenset({S.PUBLISHED, S.FAILED, S.UNKNOWN, S.HELD, S.SCHEDULED}),
    S.UNKNOWN: frozenset({S.PUBLISHED, S.SCHEDULED, S.HELD, S.FAILED, S.DROPPED}),
    S.HELD: frozenset({S.SCHEDULED, S.CANCELLED, S.DROPPED}),
    S.FAILED: frozenset({S.SCHEDULED, S.CANCELLED, S.DROPPED}),
    S.PUBLISHED: frozenset({S.REPLACED}),
    S.CANCELLED: frozenset(),
    S.DROPPED: frozenset(),
    S.REPLACED: frozenset(),
}

TROUBLE = (S.FAILED, S.UNKNOWN, S.HELD)
"""States in which a person has something to decide."""
OPEN = (S.SCHEDULED, S.SENDING, S.UNKNOWN, S.HELD, S.FAILED)
"""States in which it may still go out."""
UNSENT = (S.SCHEDULED, S.HELD, S.FAILED)
"""States in which nothing is with the network; of a thread some parts may be out."""
WITH_MEDIA = (S.SCHEDULED, S.SENDING, S.UNKNOWN)
"""States in which pictures that were handed over ahead may still serve."""
TAKEN = (S.SENDING, S.UNKNOWN)
"""States in which the network may be doing it: nobody else may send to that channel meanwhile."""
LIVE = (*OPEN, S.PUBLISHED, S.DROPPED)
"""States that count for the post: neither cancelled nor replaced."""

HELD_BY = {
    "late": N_("It is later than your organization allows. Nothing goes out late by itself."),
    "pause": N_("Posting was paused when its time came."),
    "channel": N_("The channel has to be connected again."),
    "clearance": N_("The approvals it needs are no longer complete. Send it for approval again."),
}


class Illegal(RuntimeError):
    """A move that the table does not allow: a defect of ours."""


def move(delivery: Delivery, to: State) -> None:
    """Change the state by the table. Raises Illegal."""
    if to not in MOVES[State(delivery.state)]:
        raise Illegal(f"{delivery.state} -> {to}")
    delivery.state = to.value
    if to is not State.UNKNOWN:
        delivery.probe_at = None
    if to is not State.SENDING:
        delivery.owner = delivery.lease_until = None
    if to is not State.HELD:
        delivery.held_by = ""
    if to not in WITH_MEDIA:
        delivery.staged, delivery.stage_at = "", None
