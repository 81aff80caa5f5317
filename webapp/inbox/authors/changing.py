"""What the team does about somebody there: a note for itself, and a block that files what they write as spam."""

import sqlalchemy as sa

from webapp import events, times
from webapp.db import session
from webapp.events import Actor
from webapp.inbox.models import Author, Conversation
from webapp.inbox.work import finishing

MOST = 500


def note(author: Author, text: str, by: Actor) -> None:
    """What the team knows of them; it never goes out."""
    if author.note != text:
        author.note = text
        events.record("author.noted", author, by=by, text=text)


def block(author: Author, by: Actor) -> None:
    """From now on spam, and what is open of theirs too, unless a person said otherwise."""
    if author.blocked_at is None:
        author.blocked_at = times.now()
        events.record("author.blocked", author, by=by, filed=_file(author, spam=True))


def unblock(author: Author, by: Actor) -> None:
    """Their words are read again; what was filed because of the block comes back."""
    if author.blocked_at is not None:
        author.blocked_at = None
        events.record("author.unblocked", author, by=by, back=_file(author, spam=False))


def _file(author: Author, *, spam: bool) -> int:
    """The open conversations of an author become spam by rule, or cease to be it; answers how many."""
    by = None if spam else "rule"
    theirs = (Conversation.author_id == author.id, Conversation.state == "open", Conversation.is_spam.is_(not spam))
    said = Conversation.spam_by.is_(None) if by is None else Conversation.spam_by == by
    found = session.scalars(sa.select(Conversation).where(*theirs, said).limit(MOST)).all()
    for conversation in found:
        conversation.is_spam, conversation.spam_by = spam, "rule" if spam else None
        finishing.changed(conversation)
    return len(found)
