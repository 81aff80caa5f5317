"""What somebody who leaves was answering: it goes to whoever takes over and may answer there, else to nobody."""

import sqlalchemy as sa

from webapp.db import session
from webapp.inbox.models import Conversation
from webapp.people.models import Person
from webapp.people.permissions import Actor, Permission

from . import assigning


def hand_over(leaving: Actor, to: Actor | None, by: Actor) -> int:
    """Every open conversation of theirs. Answers how many changed hands."""
    theirs = (Conversation.organization_id == leaving.organization_id, Conversation.assignee_id == leaving.id)
    found = session.scalars(sa.select(Conversation).where(*theirs, Conversation.state == "open")).all()
    receiver = session.get(Person, to.id) if to else None
    for conversation in found:
        able = to is not None and to.may(Permission.REPLY, conversation)
        assigning.put(conversation, receiver if able else None, by)
    return len(found)
