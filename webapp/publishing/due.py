"""When the sender is needed next: one look that the clock takes every second, and that takes no lock."""

from datetime import datetime

import sqlalchemy as sa

from webapp.db import session

from .lifecycle import State
from .models import Delivery

_WHEN = (
    sa.select(sa.func.min(Delivery.due_at)).where(Delivery.state == State.SCHEDULED.value),
    sa.select(sa.func.min(Delivery.lease_until)).where(Delivery.state == State.SENDING.value),
    sa.select(sa.func.min(Delivery.probe_at)).where(Delivery.state == State.UNKNOWN.value),
    sa.select(sa.func.min(Delivery.delete_at)).where(Delivery.delete_at.is_not(None)),
)
_LOOK = sa.select(*(query.scalar_subquery() for query in _WHEN))


def next_due(now: datetime) -> datetime | None:
    """The earliest instant at which something can be claimed (past: it is due now); None when nothing waits.

    What a living worker holds counts when its lease ends.
    """
    found = [at for at in session.execute(_LOOK).one() if at is not None]
    return min(found, default=None)
