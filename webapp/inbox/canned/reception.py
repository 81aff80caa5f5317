"""How a canned reply is received: how fast answers with it were, and whether people had to ask again.

From what is there already: the answers of the last 90 days, the newest 500. An answer counts as settled when nobody
wrote in the conversation for three days after it; younger ones do not count yet. Under ten there is no share, only how
many: two of three is not 67 per cent of anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import Instant, session
from webapp.i18n import _, number
from webapp.inbox.models import Message
from webapp.inbox.replying.models import Reply

from .models import CannedReply, CannedUse

SINCE, QUIET = timedelta(days=90), timedelta(days=3)
MOST = 500
FEW = 10
"""Fewer than so many say nothing in per cent."""


@dataclass(frozen=True)
class Reception:
    """`answers`: sent with it; `minutes`: median from comment to answer; `over`: old enough; `settled` of them."""

    answers: int
    minutes: int | None
    over: int
    settled: int

    @property
    def wait(self) -> str:
        """The median for people."""
        hours, rest = divmod(self.minutes or 0, 60)
        if hours >= 24 or (hours and not rest):
            return _("%(h)s h", h=number(round((self.minutes or 0) / 60)))
        minutes = number(rest)
        return _("%(h)s h %(min)s min", h=number(hours), min=minutes) if hours else _("%(min)s min", min=minutes)

    @property
    def share(self) -> int | None:
        """Per cent that did not come back; None when they are too few."""
        return round(100 * self.settled / self.over) if self.over >= FEW else None


def of(row: CannedReply) -> Reception:
    """What is known of it. One query."""
    now = times.now()
    return measured(session.execute(_answers().params(canned=row.id, since=now - SINCE)).all(), now)


def measured(rows: Sequence[Any], now: datetime) -> Reception:
    """From (asked, answered, their next message or None)."""
    waits = [(row.answered - row.asked).total_seconds() / 60 for row in rows if row.answered >= row.asked]
    over = [row for row in rows if row.answered <= now - QUIET]
    settled = [row for row in over if row.back is None or row.back > row.answered + QUIET]
    return Reception(len(rows), round(median(waits)) if waits else None, len(over), len(settled))


@cache
def _answers() -> Any:
    again = sa.orm.aliased(Message)
    back = (
        sa.select(sa.func.min(again.at, type_=Instant()))
        .where(again.conversation_id == Reply.conversation_id, again.side == "in", again.at > Reply.sent_at)
        .scalar_subquery()
    )
    return (
        sa.select(Message.at.label("asked"), Reply.sent_at.label("answered"), back.label("back"))
        .select_from(CannedUse)
        .join(Reply, Reply.id == CannedUse.reply_id)
        .join(Message, Message.id == Reply.message_id)
        .where(
            CannedUse.canned_id == sa.bindparam("canned", type_=sa.Uuid()),
            CannedUse.at > sa.bindparam("since", type_=Instant()),
            Reply.sent_at.is_not(None),
        )
        .order_by(CannedUse.id.desc())
        .limit(MOST)
    )
