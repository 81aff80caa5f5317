"""Whose a conversation is. Taking one that somebody else took a moment ago is noticed, never overwritten."""

import uuid

from webapp import db, events, times
from webapp.errors import Conflict, Invalid
from webapp.events import Actor
from webapp.i18n import _
from webapp.inbox.models import Conversation
from webapp.people import reach
from webapp.people.models import Person
from webapp.people.permissions import Permission

ANY = uuid.UUID(int=0)
"""For `seen`: whoever has it now."""


def able(conversation: Conversation) -> list[Person]:
    """Those who may answer there, by name. Two queries."""
    return reach.holders(conversation.organization_id, Permission.REPLY, conversation.region_id)


def assign(conversation: Conversation, person: Person | None, by: Actor, seen: uuid.UUID | None = ANY) -> None:
    """Give it to somebody, or to nobody. `seen`: who had it when the page was read. Raises Conflict, Invalid."""
    db.lock(conversation)
    if seen not in (ANY, conversation.assignee_id):
        raise Conflict(_moved(conversation))
    if person is not None and person.id not in {each.id for each in able(conversation)}:
        raise Invalid(fields={"person": _("Choose somebody who may answer there.")})
    put(conversation, person, by)


def put(conversation: Conversation, person: Person | None, by: Actor | None) -> None:
    """The same, when the caller has seen to it that they may answer there and that nobody is in between.

    `by` is None when a rule does it.
    """
    before = conversation.assignee_id
    if before == (person.id if person else None):
        return
    conversation.assignee, conversation.assignee_id = person, person.id if person else None
    conversation.assigned_at = times.now() if person else None
    conversation.version += 1
    assignee = str(person.id) if person else None
    events.record("conversation.assigned", conversation, by=by, assignee=assignee, before=str(before or "") or None)


def _moved(conversation: Conversation) -> str:
    if conversation.assignee is None:
        return _("It was given back a moment ago. Look again, then choose.")
    return _("%(name)s has it since a moment ago. Look again, then choose.", name=conversation.assignee.name)
