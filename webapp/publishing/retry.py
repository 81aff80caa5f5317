"""When to try again: exponential back-off with jitter, longer when the network asks for it, never for ever.

Pure arithmetic. The answer is written to `due_at` (or `probe_at`), and the claim reads nothing else: so it is honoured.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

BASE, CAP = 4.0, 120.0
"""Seconds: the first wait and the longest one, before jitter."""
TRIES = 10
"""How often one delivery is tried before it counts as failed: about ten minutes."""
PROBES = (2.0, 10.0, 45.0, 150.0, 400.0, 900.0)
"""Seconds before each look after an unknown outcome; then a person looks. The fourth is later than networks that
list slowly need (two minutes)."""

Chance = Callable[[], float]


def again_at(
    tries: int, now: datetime, wanted: datetime | None = None, chance: Chance = random.random
) -> datetime | None:
    """When the next try may begin after `tries` have been made; None when there were enough.

    Between half and the whole of the exponential wait, so that many that failed together do not come back together;
    not before `wanted`, the instant the network named.
    """
    if tries >= TRIES:
        return None
    wait = min(CAP, BASE * 2 ** max(0, tries - 1))
    at = now + timedelta(seconds=wait * (0.5 + chance() / 2))
    return max(at, wanted) if wanted else at


def probe_at(probes: int, now: datetime, wanted: datetime | None = None) -> datetime | None:
    """When to look again after `probes` looks; None when a person should."""
    if probes >= len(PROBES):
        return None
    at = now + timedelta(seconds=PROBES[probes])
    return max(at, wanted) if wanted else at


def late(now: datetime, planned_at: datetime, released_at: datetime | None, minutes: int) -> bool:
    """Whether it is too late to go out by itself: more than so many minutes after its slot.

    A person's decision to send it late starts the time anew.
    """
    return now - max(planned_at, released_at or planned_at) > timedelta(minutes=minutes)
