"""A decision as the numbers see it: what was decided where, by whom, and how long its stage waited for it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple


class Seat(NamedTuple):
    """Where somebody decides: what all their decisions at one stage of one region have in common.

    `group`: how many times something was waited for before the stage. `person_id`: None for a guest.
    """

    region_id: uuid.UUID
    region: str
    stage: str
    group: int
    person_id: uuid.UUID | None
    role: str


class Decided(NamedTuple):
    """A decision. `opened`: since when its stage waited; `worked`: how much of that was working time in the region.

    `row`, `post`: its id and that of its post, as the database gives them. Plain, for a report makes them by the ten
    thousand.
    """

    row: Any
    post: Any
    seat: Seat
    verdict: str
    opened: datetime
    at: datetime
    worked: timedelta

    @property
    def id(self) -> uuid.UUID:
        """Its own."""
        return as_id(self.row)

    @property
    def post_id(self) -> uuid.UUID:
        """Of the post."""
        return as_id(self.post)

    @property
    def clock(self) -> timedelta:
        """How long it took by the clock."""
        return self.at - self.opened


def as_id(raw: Any) -> uuid.UUID:
    """An id from what the database gives."""
    return raw if isinstance(raw, uuid.UUID) else uuid.UUID(raw)


class Known(dict[Any, Any]):
    """What the database gives -> what it means here, each made once: many rows are of few regions, people, stages."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, raw: Any) -> Any:
        self[raw] = found = self.make(raw)
        return found


def ids() -> Known:
    """Ids by what the database gives: SQLite gives text."""
    return Known(lambda raw: as_id(raw) if raw is not None else None)
