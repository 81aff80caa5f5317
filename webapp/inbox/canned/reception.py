"""How a canned reply is received: how fast answers with it were, and whether people had to ask again.

From what is there already: the answers of the last 90 days, the newest 500. An answer counts as settled when nobody
wrote in the conversation for three days after it; younger ones do not count yet. Likes are those that the network told
with the thread of a post of ours, as long as it is looked at. Under ten there is no share, only how many: two of three
is not 67 per cent of anything.
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
    """`answers`: sent with it; `minutes`: median from comment to answer; `over`: old enough; `settled` of them.

    `told`: of how many the network said whether they are liked; `liked` of them.
    """

    answers: int
    minutes: int | None
    over: int
    settled: int
    told: int = 0
    liked: int = 0

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
    return measured(session.execute(_answers(), {"canned": row.id, "since": now - SINCE}).all(), now)


def measured(rows: Sequence[Any], now: datetime) -> Reception:
    """From (asked, answered, their next message or None, likes or None)."""
    waits = [(row.answered - row.asked).total_seconds() / 60 for row in rows if row.answered >= row.asked]
    over = [row for row in rows if row.answered <= now - QUIET]
    settled = [row for row in over if row.back is None or row.back > row.answered + QUIET]
    told = [row.likes for row in rows if row.likes is not None]
    liked = (len(told), sum(likes > 0 for likes in told))
    return Reception(len(rows), round(median(waits)) if waits else None, len(over), len(settled), *liked)


@cache
def _answers() -> Any:
    again = sa.orm.aliased(Message)
    back = (
        sa.select(sa.func.min(again.at, type_=Instant()))
        .where(again.conversation_id == Reply.conversation_id, again.side == "in", again.at > Reply.sent_at)
        .scalar_subquery()
    )
    ours = sa.orm.aliased(Message)
    there = (ours.channel_id == Reply.channel_id, ours.remote_id == Reply.remote_id, Reply.remote_id != "")
    columns = (
        Message.at.label("asked"),
        Reply.sent_at.label("answered"),
        back.label("back"),
        ours.likes.label("likes"),
    )
    return (
        sa.select(*columns)
        .select_from(CannedUse)
        .join(Reply, Reply.id == CannedUse.reply_id)
        .join(Message, Message.id == Reply.message_id)
        .outerjoin(ours, sa.and_(*there))
        .where(
            CannedUse.canned_id == sa.bindparam("canned", type_=sa.Uuid()),
            CannedUse.at > sa.bindparam("since", type_=Instant()),
            Reply.sent_at.is_not(None),
        )
        .order_by(CannedUse.id.desc())
        .limit(MOST)
    )
