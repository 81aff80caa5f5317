"""A device says that it showed a message: its worker sends back what only that message knew."""

import uuid

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.vault import fingerprint

from .models import Push, Subscription

_MAC = 20


def receipt(push_id: uuid.UUID) -> str:
    """What the worker sends back: which message, and a mark that nobody can make up."""
    return push_id.hex + fingerprint(push_id.hex, "receipt")[:_MAC]


def acknowledge(text: str) -> bool:
    """Note that a message was shown, the first time; False for a receipt that is not ours, or a repeated one."""
    try:
        push_id = uuid.UUID(hex=text[:32])
    except ValueError:
        return False
    if text != receipt(push_id):
        return False
    now = times.now()
    row = session.execute(
        sa.update(Push)
        .where(Push.id == push_id, Push.shown_at.is_(None))
        .values(shown_at=now)
        .returning(Push.subscription_id, Push.sent_at, Push.created_at)
    ).first()
    if row is None:
        return False
    lag = int((now - (row.sent_at or row.created_at)).total_seconds() * 1000)
    session.execute(
        sa.update(Subscription)
        .where(Subscription.id == row.subscription_id)
        .values(shown_at=now, lag_ms=max(0, lag), silent_since=None, problem="")
    )
    return True
