"""What conversations and people there are called elsewhere in the house, such as in the activity."""

import uuid
from collections.abc import Callable

import sqlalchemy as sa

from webapp.db import session
from webapp.i18n import _
from webapp.inbox.listing.rows import called
from webapp.inbox.models import Author, Conversation, Note
from webapp.inbox.rules.models import InboxRule

Names = dict[uuid.UUID, tuple[str, str]]


def _threads(ids: set[uuid.UUID]) -> Names:
    query = sa.select(Conversation.id, Author).outerjoin(Author, Author.id == Conversation.author_id)
    rows = session.execute(query.where(Conversation.id.in_(ids)))
    return {row_id: (_with(author), f"/inbox/{row_id}") for row_id, author in rows}


def _notes(ids: set[uuid.UUID]) -> Names:
    query = sa.select(Note.id, Conversation.id, Author).join(Conversation, Conversation.id == Note.conversation_id)
    rows = session.execute(query.outerjoin(Author, Author.id == Conversation.author_id).where(Note.id.in_(ids)))
    return {row_id: (_with(author), f"/inbox/{thread}") for row_id, thread, author in rows}


def _with(author: Author | None) -> str:
    return _("With %(name)s", name=called(author))


def _authors(ids: set[uuid.UUID]) -> Names:
    found = session.scalars(sa.select(Author).where(Author.id.in_(ids)))
    return {author.id: (called(author), f"/inbox/authors/{author.id}") for author in found}


def _rules(ids: set[uuid.UUID]) -> Names:
    rows = session.execute(sa.select(InboxRule.id, InboxRule.name, InboxRule.removed_at).where(InboxRule.id.in_(ids)))
    return {row.id: (row.name, "" if row.removed_at else f"/inbox/rules/{row.id}") for row in rows}


SUBJECTS: dict[str, Callable[[set[uuid.UUID]], Names]] = {
    "conversations": _threads,
    "notes": _notes,
    "authors": _authors,
    "inbox_rules": _rules,
}
