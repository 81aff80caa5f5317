"""What there is for a person on every page (posts to approve, comments to answer, a pause), counted in one statement.

Rooms above add their parts in `rooms.py`, each a scalar subquery with its parameters. A page that knows from here that
there is nothing does not ask for it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db

from .permissions import Actor

Part = tuple[sa.ScalarSelect[int], dict[str, Any]]
PARTS: dict[str, Callable[[Actor], Part]] = {}


def of(actor: Actor, part: str) -> int:
    """How many of one part there are for this person, each up to a thousand or so. One query a transaction, for all."""
    return db.remembered(("waiting", actor.id, actor.organization_id), lambda: _counted(actor))[part]


def _counted(actor: Actor) -> dict[str, int]:
    asked = [each(actor) for each in PARTS.values()]
    values = {name: value for _part, mine in asked for name, value in mine.items()}
    row = db.session.execute(_together(*(part for part, _mine in asked)), values).one()
    return dict(zip(PARTS, row, strict=True))


@cache
def _together(*parts: sa.ScalarSelect[int]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*parts)
