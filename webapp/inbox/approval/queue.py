"""The replies in the queue of approvals: one row each, beside the posts (`approvals/beside.py`)."""

from webapp.approvals.beside import Part
from webapp.inbox.listing import rows
from webapp.people.permissions import Actor, Permission

from . import deciding


def part(actor: Actor) -> Part | None:
    """What of replies waits for this person. One query, for those who may approve at all."""
    if not actor.may(Permission.APPROVE):
        return None
    found = [(each, rows.Row(each.reply.conversation, actor)) for each in deciding.waiting(actor)]
    return Part("inbox/approval/_queue.html", found) if found else None
