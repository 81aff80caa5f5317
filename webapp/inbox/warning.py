"""Saying once that an answer is nearly late: one event for each deadline, never one at every look."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session

from .models import Conversation

AHEAD = timedelta(minutes=30)
BATCH = 200


def warn_due() -> int:
    """Mark what is due within half an hour, or late, and was not told; answers how many. The caller commits."""
    now, C = times.now(), Conversation
    asleep = sa.and_(C.snoozed_until.is_not(None), C.snoozed_until > now)
    where: list[Any] = [
        C.due_at <= now + AHEAD,
        C.warned_at.is_(None),
        C.state == "open",
        C.is_spam.is_(False),
        ~asleep,
    ]
    told = db.claim(C, where, C.due_at, BATCH, warned_at=now)
    for each in told:
        late = each.due_at is not None and each.due_at < now
        assignee = str(each.assignee_id) if each.assignee_id else None
        events.record("conversation.nearly_late", each, by=None, due=each.due_at, assignee=assignee, late=late)
    session.flush()
    return len(told)
