"""The replies in the queue of approvals: one row each, beside the posts (`approvals/beside.py`)."""

from webapp.approvals.beside import Part
from webapp.inbox.listing import rows
from webapp.people import waiting
from webapp.people.permissions import Actor

from . import deciding


def part(actor: Actor) -> Part | None:
    """What of replies waits for this person. Nothing is asked where nothing was counted."""
    if not waiting.of(actor, "replies"):
        return None
    found = [(each, rows.Row(each.reply.conversation, actor)) for each in deciding.waiting(actor)]
    return Part("inbox/approval/_queue.html", found) if found else None
