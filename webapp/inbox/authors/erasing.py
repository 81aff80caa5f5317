"""Somebody there asked to be forgotten: their name and words go, that they wrote and were answered stays.

The trail keeps each event with the salted hash of its words, so it can still be verified and nobody can read the words
back from it. What our own people wrote (answers, notes) is theirs and stays; the note about the person goes. A message
counts as edited now, so that a later look at the network does not bring its words back.
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
    gone = {"text": "", "words": "", "url": "", "attachments": [], "handle": {}, "edited_at": times.now()}
    count = session.execute(sa.update(Message).where(theirs, Message.side == "in").values(gone)).rowcount  # type: ignore[attr-defined]
    _conversations(author)
    _trail(author)
    author.name = author.handle = author.avatar_url = author.url = author.note = ""
    if author.erased_at is None:
        author.erased_at = times.now()
        events.record("author.erased", author, by=by, messages=count)
    return int(count)


def _conversations(author: Author) -> None:
    """Their threads wait for nobody; no list shows a line of theirs any more, wherever they wrote it."""
    wrote = sa.select(Message.conversation_id).where(Message.author_id == author.id)
    query = sa.select(Conversation).where(sa.or_(Conversation.author_id == author.id, Conversation.id.in_(wrote)))
    for conversation in session.scalars(query).all():
        conversation.last_text = _line(conversation)
        if conversation.author_id == author.id:
            conversation.url = ""
            if conversation.state == "open":
                conversation.state, conversation.done_at = "done", times.now()
        changed(conversation)


def _line(conversation: Conversation) -> str:
    """The beginning of the newest that others wrote."""
    theirs = (Message.conversation_id == conversation.id, Message.side == "in", Message.text != "")
    query = sa.select(sa.func.substr(Message.text, 1, 300)).where(*theirs)
    return session.scalar(query.order_by(Message.at.desc(), Message.id.desc()).limit(1)) or ""


def _trail(author: Author) -> None:
    """The words about them that events carry."""
    mine = sa.select(Conversation.id).where(Conversation.author_id == author.id)
    said = sa.select(Event.id).where(Event.subject_type == "authors", Event.subject_id == author.id)
    came = sa.select(Event.id).where(
        Event.subject_type == "conversations", Event.subject_id.in_(mine), Event.kind.startswith("message.")
    )
    for told in (said, came):
        session.execute(sa.delete(EventText).where(EventText.event_id.in_(told)))
