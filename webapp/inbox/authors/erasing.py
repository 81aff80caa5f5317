"""Somebody there asked to be forgotten: their name and words go, that they wrote and were answered stays.

The trail keeps each event with the salted hash of its words, so it can still be verified and nobody can read the words
back from it. What our own people wrote (answers, notes) is theirs and stays; the note about the person goes.
"""

import sqlalchemy as sa

from webapp import events, times
from webapp.db import session
from webapp.events import Actor, Event, EventText
from webapp.inbox.models import Author, Conversation, Message
from webapp.inbox.work.finishing import changed


def erase(author: Author, by: Actor) -> int:
    """Erase what is known of somebody; answers how many messages lost their words. Doing it again finds nothing new."""
    theirs = Message.author_id == author.id
    gone = {"text": "", "words": "", "url": "", "attachments": [], "handle": {}}
    count = session.execute(sa.update(Message).where(theirs, Message.side == "in").values(gone)).rowcount  # type: ignore[attr-defined]
    _conversations(author)
    _trail(author)
    author.name = author.handle = author.avatar_url = author.url = author.note = ""
    if author.erased_at is None:
        author.erased_at = times.now()
        events.record("author.erased", author, by=by, messages=count)
    return int(count)


def _conversations(author: Author) -> None:
    """Their threads show no first line any more and wait for nobody."""
    query = sa.select(Conversation).where(Conversation.author_id == author.id)
    for conversation in session.scalars(query.execution_options(yield_per=200)):
        conversation.last_text, conversation.url = "", ""
        if conversation.state == "open":
            conversation.state, conversation.done_at = "done", times.now()
        changed(conversation)


def _trail(author: Author) -> None:
    """The words about them that events carry."""
    mine = sa.select(Conversation.id).where(Conversation.author_id == author.id)
    said = sa.select(Event.id).where(Event.subject_type == "authors", Event.subject_id == author.id)
    came = sa.select(Event.id).where(
        Event.subject_type == "conversations", Event.subject_id.in_(mine), Event.kind.startswith("message.")
    )
    for told in (said, came):
        session.execute(sa.delete(EventText).where(EventText.event_id.in_(told)))
