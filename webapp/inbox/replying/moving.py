"""Answers and drafts go along when two conversations turn out to be one."""

import uuid

import sqlalchemy as sa

from webapp import times
from webapp.db import session

from .models import Reply, ReplyDraft


def moved(gone_id: uuid.UUID, into_id: uuid.UUID) -> None:
    """All of one conversation belongs to another now. Whoever has a draft in both has one with the words of both."""
    session.execute(sa.update(Reply).where(Reply.conversation_id == gone_id).values(conversation_id=into_id))
    there = {each.person_id: each for each in _drafts(into_id)}
    for draft in _drafts(gone_id):
        if draft.person_id in there:
            _join(there[draft.person_id], draft)
            session.delete(draft)
        else:
            draft.conversation_id = into_id
    session.flush()


def _drafts(conversation_id: uuid.UUID) -> list[ReplyDraft]:
    query = sa.select(ReplyDraft).where(ReplyDraft.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(ReplyDraft.id)))


def _join(kept: ReplyDraft, other: ReplyDraft) -> None:
    """The words of another draft after its own, unless they are in it."""
    if not other.text.strip() or other.text.strip() in kept.text:
        return
    kept.text = f"{kept.text.rstrip()}\n\n{other.text}" if kept.text.strip() else other.text
    kept.canned = list(dict.fromkeys([*kept.canned, *other.canned]))
    kept.without = list(dict.fromkeys([*kept.without, *other.without]))
    kept.version, kept.updated_at = kept.version + 1, times.now()
