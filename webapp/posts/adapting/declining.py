"""A region says that a post is not for its market, and why; or that it adapts it after all."""

from webapp import db, events, times
from webapp.errors import Conflict
from webapp.events import Actor
from webapp.i18n import _

from ..lifecycle import UNFINISHED, State
from .models import Adaptation


def may(row: Adaptation) -> bool:
    """Whether nothing of it waits, is planned or went out."""
    return State(row.post.state) in UNFINISHED


def decline(row: Adaptation, reason: str, by: Actor) -> None:
    """Put the region's post away, with a reason that headquarters reads; twice is once. Conflict once it was sent."""
    db.lock(row.post)
    if row.declined_at is not None:
        return
    if not may(row):
        raise Conflict(_("It waits, is planned or went out. Take it back from approval first."))
    row.declined_at = row.post.deleted_at = row.post.updated_at = times.now()
    row.declined_by_id, row.reason = by.id, reason
    events.record("post.declined", row.post, by=by, text=reason, master=row.master_id)


def accept(row: Adaptation, by: Actor) -> None:
    """Adapt it after all; twice is once. What the region had written is there again. Conflict once headquarters took it
    back."""
    if row.declined_at is None:
        return
    if row.recalled:
        raise Conflict(_("Headquarters took it back. Only they can ask for it again."))
    row.declined_at = row.declined_by_id = row.post.deleted_at = None
    row.reason, row.post.updated_at = "", times.now()
    events.record("post.accepted", row.post, by=by, master=row.master_id)
