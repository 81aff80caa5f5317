"""What the deliveries of a post say about it: which states, when, and whether a pause lies over all that is to go."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from webapp.db import session
from webapp.posts.lifecycle import NOTHING, PARTLY, Facts
from webapp.posts.models import Post

from . import pauses, threads
from .lifecycle import State
from .models import Delivery


def facts(post: Post, rows: Iterable[Any]) -> Facts:
    """From all that is neither cancelled nor replaced. An edit under way does not hide that the post is out, nor does a
    dropped rest hide the parts that are."""
    shown = [row for row in rows if not row.edits_id or row.state == State.PUBLISHED]
    if not shown:
        return NOTHING
    states = tuple(PARTLY if threads.left(row) else row.state for row in shown)
    slot = min(row.release_at or row.planned_at for row in shown)
    held = _paused(post) if State.SCHEDULED in states else None
    return Facts(deliveries=states, slot_at=slot, held=held)


def _paused(post: Post) -> bool:
    """Whether everything that waits for its slot is under a pause."""
    on = pauses.known(post.organization_id)
    if not on:
        return False
    waiting = sa.select(Delivery).where(Delivery.post_id == post.id, Delivery.state == State.SCHEDULED.value)
    return all(pauses.stops(on, row) for row in session.scalars(waiting).unique())
