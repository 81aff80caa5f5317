"""What a conversation is now, counted from its messages: the same whatever order they came in."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from webapp import bulk
from webapp.db import among, session
from webapp.inbox import deadlines
from webapp.inbox.models import Conversation, Message

LINE = 300
"""Characters of the newest message that a list shows."""
M, C = Message, Conversation
_COLUMNS = (M.conversation_id, M.id, M.remote_id, M.side, M.at, M.deleted_at, M.first_seen_at, M.author_id, M.url)
_GUESSES = (M.language, M.is_question, M.is_spam)


def recount(conversation_ids: Collection[uuid.UUID]) -> None:
    """Bring conversations in line with their messages: what waits, since when, by when, and the words of lists.

    What a person said (spam or not) stays. Three statements whatever the number.
    """
    if not conversation_ids:
        return
    session.flush()
    rows = session.execute(
        sa.select(*_COLUMNS, *_GUESSES).where(among(M.conversation_id, conversation_ids)).order_by(M.conversation_id)
    ).all()
    threads = {key: list(group) for key, group in groupby(rows, key=lambda row: row.conversation_id)}
    standing = session.execute(
        sa.select(C.id, C.channel_id, C.state, C.handled_at, C.spam_by, C.is_spam, C.due_at, C.warned_at)
        .where(among(C.id, list(threads)))
        .order_by(C.id)
    ).all()
    lines = _lines([newest.id for thread in threads.values() if (newest := _newest(thread))])
    due = deadlines.Due({row.channel_id for row in standing})
    if standing:
        bulk.update(C, [_counted(row, threads[row.id], lines, due) for row in standing], counter="version")


def _newest(thread: Sequence[Any]) -> Any:
    """Their newest message, one that is still there before one that is not."""
    theirs = [row for row in thread if row.side == "in"]
    return max(theirs, key=lambda row: (row.deleted_at is None, row.at, row.remote_id), default=None)


def _lines(message_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not message_ids:
        return {}
    query = sa.select(M.id, sa.func.substr(M.text, 1, LINE)).where(among(M.id, message_ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _counted(row: Any, thread: Sequence[Any], lines: dict[uuid.UUID, str], due: deadlines.Due) -> dict[str, Any]:
    newest, first = _newest(thread), min(thread, key=lambda m: (m.at, m.remote_id))
    theirs = [m for m in thread if m.side == "in"]
    waiting = _waiting(thread, row.handled_at)
    is_spam = row.is_spam if row.spam_by == "person" else bool(theirs) and all(m.is_spam for m in theirs)
    since = min((m.at for m in waiting), default=None)
    due_at = due.at(row.channel_id, since) if since and row.state == "open" and not is_spam else None
    last_at = max(m.at for m in thread)
    return {
        "key": row.id,
        "author_id": min(theirs or thread, key=lambda m: (m.at, m.remote_id)).author_id,
        "url": first.url,
        "last_at": last_at,
        "last_text": lines.get(newest.id, "") if newest else "",
        "language": newest.language if newest else "",
        "is_question": any(m.is_question for m in waiting),
        "is_spam": is_spam,
        "spam_by": row.spam_by if row.spam_by == "person" else ("rule" if is_spam else None),
        "unanswered": len(waiting),
        "due_at": due_at,
        "warned_at": row.warned_at if due_at == row.due_at else None,
        "sort_at": deadlines.sort_at(due_at, last_at),
    }


def _waiting(thread: Sequence[Any], handled_at: datetime | None) -> list[Any]:
    """What nobody answered (as `deadlines.waiting` says it to the database)."""
    ours = [m.at for m in thread if m.side == "out" and m.deleted_at is None]
    answered = max(ours, default=None)
    return [
        m
        for m in thread
        if m.side == "in"
        and m.deleted_at is None
        and (answered is None or m.at > answered)
        and (handled_at is None or m.first_seen_at > handled_at)
    ]
