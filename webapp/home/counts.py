"""The numbers on the tabs and on Today: what waits for this person, in one statement."""

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from webapp.approvals import queries as approvals
from webapp.db import session
from webapp.inbox.approval import deciding as replies
from webapp.inbox.listing import queries as conversations
from webapp.people.permissions import Actor

ROOMS = (approvals, replies, conversations)
_Count = sa.ScalarSelect[int]


@dataclass(frozen=True)
class Counts:
    """Posts and replies that wait for a yes, conversations that wait for an answer; each up to a thousand or so."""

    posts: int
    replies: int
    conversations: int


@cache
def _together(posts: _Count, waiting: _Count, talks: _Count) -> sa.Select[int, int, int]:
    return sa.select(posts, waiting, talks)


def of(actor: Actor) -> Counts:
    """What waits for this person. One query."""
    (posts, first), (waiting, second), (talks, third) = (room.counting(actor) for room in ROOMS)
    statement = _together(posts, waiting, talks).params({**first, **second, **third})
    return Counts(*session.execute(statement).one()._tuple())
