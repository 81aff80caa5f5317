"""Answers and drafts go along when two conversations turn out to be one."""

import uuid

import sqlalchemy as sa

from webapp.db import session

from .models import Reply, ReplyDraft


def moved(gone_id: uuid.UUID, into_id: uuid.UUID) -> None:
    """All of one conversation belongs to another now. Whoever has a draft in both keeps the one that is there."""
    session.execute(sa.update(Reply).where(Reply.conversation_id == gone_id).values(conversation_id=into_id))
    has = sa.select(ReplyDraft.person_id).where(ReplyDraft.conversation_id == into_id)
    mine = ReplyDraft.conversation_id == gone_id
    session.execute(sa.delete(ReplyDraft).where(mine, ReplyDraft.person_id.in_(has)))
    session.execute(sa.update(ReplyDraft).where(mine).values(conversation_id=into_id))
