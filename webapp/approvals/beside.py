"""What else waits for a yes, beside posts: rooms above put it here, each with how it is drawn in the queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.people.permissions import Actor


@dataclass(frozen=True)
class Part:
    """A group of the queue: `template` draws its `rows`."""

    template: str
    rows: Sequence[Any]


BESIDE: list[Callable[[Actor], Part | None]] = []


def parts(actor: Actor) -> list[Part]:
    """Everything else that waits for this person."""
    return [found for each in BESIDE if (found := each(actor)) is not None]
