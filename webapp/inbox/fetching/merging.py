"""Two conversations that turn out to be one, because the message between them came late."""

import uuid
from collections.abc import Callable

import sqlalchemy as sa

from webapp import events, times
from webapp.db import session
from webapp.inbox import deadlines
from webapp.inbox.keeping import Presence
from webapp.inbox.models import Conversation, ConversationLabel, Message, Note

ON_MERGED: list[Callable[[uuid.UUID, uuid.UUID], None]] = []
"""What moves along, of those who keep rows of a conversation: called with the one that ends and the one that stays."""


def merge(gone_id: uuid.UUID, into_id: uuid.UUID) -> None:
    """Everything of one conversation goes to another; the page of the first leads there."""
    for model in (Message, Note):
        session.execute(sa.update(model).where(model.conversation_id == gone_id).values(conversation_id=into_id))
    _labels(gone_id, into_id)
    session.execute(sa.delete(Presence).where(Presence.conversation_id == gone_id))
    gone, into = (session.get_one(Conversation, each, populate_existing=True) for each in (gone_id, into_id))
    if into.assignee_id is None and gone.assignee_id is not None:
        into.assignee_id, into.assigned_at = gone.assignee_id, gone.assigned_at
    if gone.state == "open" and into.state == "done":
        into.state, into.handled_at, into.done_at, into.done_by_id = "open", into.done_at, None, None
    if gone.spam_by == "person" and into.spam_by != "person":
        into.is_spam, into.spam_by = gone.is_spam, "person"
    into.ruled = into.ruled or gone.ruled
    gone.state, gone.merged_id, gone.due_at, gone.unanswered = "merged", into_id, None, 0
    gone.sort_at = deadlines.sort_at(None, gone.last_at)
    for moved in ON_MERGED:
        moved(gone_id, into_id)
    session.flush()
    events.record("conversation.merged", gone, by=None, into=into_id, at=times.iso(times.now()))


def _labels(gone_id: uuid.UUID, into_id: uuid.UUID) -> None:
    has = sa.select(ConversationLabel.label_id).where(ConversationLabel.conversation_id == into_id)
    mine = ConversationLabel.conversation_id == gone_id
    session.execute(sa.delete(ConversationLabel).where(mine, ConversationLabel.label_id.in_(has)))
    session.execute(sa.update(ConversationLabel).where(mine).values(conversation_id=into_id))
