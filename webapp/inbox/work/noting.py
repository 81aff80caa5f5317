"""Internal notes beside a conversation, and whom they name. They live in a table that nothing is ever sent from."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Forbidden
from webapp.events import Actor
from webapp.i18n import _
from webapp.inbox.models import Conversation, Note
from webapp.people import reach
from webapp.people.models import Membership, Person
from webapp.people.permissions import Permission
from webapp.posts import comments


def note(conversation: Conversation, text: str, by: Actor) -> Note:
    """Say something to the team; those whom it names, and who see the region, are told."""
    readers = (
        reach.holders(conversation.organization_id, Permission.VIEW, conversation.region_id) if "@" in text else []
    )
    made = Note(
        id=new_id(),
        organization_id=conversation.organization_id,
        region_id=conversation.region_id,
        conversation_id=conversation.id,
        person_id=by.id,
        person=session.get(Person, by.id),
        text=text,
        mentions=[str(person.id) for person in comments.mentioned(text, readers) if person.id != by.id],
    )
    session.add(made)
    session.flush()
    events.record("note.added", made, by=by, text=text, conversation=str(conversation.id), mentions=made.mentions)
    return made


def delete(made: Note, by: Actor) -> None:
    """Take back one's own words: their place stays, the words go, also from the trail."""
    if made.person_id != by.id:
        raise Forbidden(_("Only the person who wrote it can delete a note."))
    if made.deleted_at is None:
        made.text, made.mentions, made.deleted_at = "", [], times.now()
        forget([made.id])
        events.record("note.deleted", made, by=by, conversation=str(made.conversation_id))


def forget(notes: Sequence[uuid.UUID]) -> None:
    """Take the words of notes out of the trail; the salted hash of them stays."""
    told = sa.select(events.Event.id).where(events.Event.subject_type == "notes", events.Event.subject_id.in_(notes))
    session.execute(sa.delete(events.EventText).where(events.EventText.event_id.in_(told)))


def erase_of(member: Membership) -> None:
    """The notes of a member whose words are erased on request (the trail's part is done where that is asked for)."""
    mine = (Note.organization_id == member.organization_id, Note.person_id == member.person_id)
    gone = {"text": "", "mentions": [], "deleted_at": sa.func.coalesce(Note.deleted_at, times.now())}
    session.execute(sa.update(Note).where(*mine).values(gone))
