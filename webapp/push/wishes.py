"""How a person wants to be told: read from their membership, filled up with what we suggest.

Stored as JSON: `kinds` (kind -> push, mail, digest, off), `quiet` (zone, spans), `breaks` (kind -> bool), `digest`
(wall times), `quick`. What is missing or makes no sense any more is as suggested.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from webapp import times

from .kinds import KINDS
from .quiet import Quiet, Span

WAYS = ("push", "mail", "digest", "off")
WEEK, WEEKEND = Span("20:00", "07:00"), Span("18:00", "10:00")
DIGEST = ("08:30",)
MOST_DIGESTS = 4


@dataclass(frozen=True)
class Wishes:
    """`ways`: kind -> how. `breaks`: kinds that come through quiet hours. `digest`: `HH:MM` in the zone of `quiet`."""

    ways: Mapping[str, str]
    quiet: Quiet
    breaks: frozenset[str]
    digest: tuple[str, ...]
    quick: bool

    def way(self, kind: str) -> str:
        """How to tell of a kind."""
        return self.ways[kind]


def read(stored: Mapping[str, Any], zone: str) -> Wishes:
    """The wishes of a member; `zone` is the person's own, for those who chose none for quiet hours."""
    ways, breaks, quiet = (stored.get(name) or {} for name in ("kinds", "breaks", "quiet"))
    return Wishes(
        ways={
            key: ways.get(key, kind.way) if ways.get(key, kind.way) in WAYS else kind.way for key, kind in KINDS.items()
        },
        quiet=Quiet(_zone(quiet.get("zone"), zone), _span(quiet, "week", WEEK), _span(quiet, "weekend", WEEKEND)),
        breaks=frozenset(key for key, kind in KINDS.items() if kind.breaks and breaks.get(key, True)),
        digest=tuple(stored.get("digest") or DIGEST),
        quick=quick(stored),
    )


@lru_cache(maxsize=1000)
def told(stored: str, zone: str) -> Wishes:
    """The same from the JSON text that is stored: a crowd has few ways of being told, and each is read once."""
    return read(json.loads(stored) or {}, zone)


def quick(stored: Mapping[str, Any]) -> bool:
    """Whether they asked for approving from the notification."""
    return stored.get("quick") is True


def _zone(chosen: object, own: str) -> str:
    try:
        times.zone(str(chosen or own))
    except times.TimeError:
        return own
    return str(chosen or own)


def _span(quiet: Mapping[str, Any], name: str, suggested: Span) -> Span | None:
    """A stored span; an empty one means that nothing is quiet."""
    if name not in quiet:
        return suggested
    found = quiet[name]
    return Span(found[0], found[1]) if isinstance(found, list) and len(found) == 2 else None


def stored(wishes: Wishes, own_zone: str) -> dict[str, Any]:
    """As JSON. A zone that is the person's own is not written down, so that it moves with them."""
    quiet = wishes.quiet
    return {
        "kinds": dict(wishes.ways),
        "quiet": {
            **({"zone": quiet.zone} if quiet.zone != own_zone else {}),
            "week": list(quiet.week) if quiet.week else [],
            "weekend": list(quiet.weekend) if quiet.weekend else [],
        },
        "breaks": {key: key in wishes.breaks for key, kind in KINDS.items() if kind.breaks},
        "digest": list(wishes.digest),
        "quick": wishes.quick,
    }
