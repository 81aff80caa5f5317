"""Headquarters takes back what it asked of a region that has not begun, and why.

What a region has begun to adapt, has in approval or has out is its own: it is never touched from above.
"""

import uuid
from collections.abc import Iterable, Sequence

from webapp import db, events, times
from webapp.errors import Invalid
from webapp.events import Actor
from webapp.i18n import _

from ..lifecycle import UNFINISHED, State
from .models import Adaptation


def may(row: Adaptation) -> bool:
    """Whether nobody there has begun."""
    return row.declined_at is None and not why_not(row)


def why_not(row: Adaptation) -> str:
    """Why it is not touched, in words; nothing when it can be taken back."""
    post = row.post
    if State(post.state) not in UNFINISHED:
        return _("It waits for approval, is planned or went out. It is not touched.")
    if post.current_id is not None or post.author_id != row.person_id:
        return _("%(name)s has begun to adapt it. It is not touched.", name=post.author.name)
    return ""


def recall(rows: Sequence[Adaptation], chosen: Iterable[uuid.UUID], reason: str, by: Actor) -> tuple[int, int]:
    """Take it back from the regions of these ids, with a reason that they read. Answers from how many, and how many
    began meanwhile and keep it. Twice is once. Raises Invalid when no region is chosen."""
    wanted = set(chosen)
    asked = [row for row in rows if row.region_id in wanted]
    if not asked:
        raise Invalid(fields={"back": _("Choose a region.")})
    taken = [row for row in asked if _taken_back(row, reason, by)]
    kept = sum(row.declined_at is None for row in asked)
    return len(taken), kept


def _taken_back(row: Adaptation, reason: str, by: Actor) -> bool:
    db.lock(row.post)
    if not may(row):
        return False
    row.declined_at = row.post.deleted_at = row.post.updated_at = times.now()
    row.declined_by_id, row.reason, row.recalled = by.id, reason, True
    events.record("post.recalled", row.post, by=by, text=reason, master=row.master_id)
    return True
