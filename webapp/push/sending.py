"""Handing messages to push services: claim, write, commit, send many at once, settle; again until nothing is due.

No transaction is open while a service is spoken to, so this job commits by itself. A message is settled by the token
of its claim; what a crash leaves unsettled is sent again when its lease runs out, in its own place on the device.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import db, logs, outbound, times
from webapp.db import session
from webapp.vault import Sealed

from . import outcome, sealing, settling, writing
from .models import Push
from .outcome import Verdict
from .writing import Written

BATCH = 300
LEASE = timedelta(seconds=60)
TIMEOUT = 5.0
"""Seconds for a service to answer."""
PATIENCE = 1.0
"""Seconds after which a run takes nothing new, so that the worker gets to what is due to be published."""

_resting: dict[str, float] = {}
"""Services that asked for patience or did not answer, and until when (monotonic): their messages are put off."""


@dataclass(frozen=True)
class Settled:
    """A message and what became of it."""

    written: Written
    verdict: Verdict


def send_due() -> int:
    """Send every message that is due; answers how many were taken by their services. Any number of processes may."""
    began, count = time.monotonic(), 0
    while time.monotonic() - began < PATIENCE:
        batch = take(BATCH)
        if not batch:
            break
        count += fly(batch)
    return count


def more_due() -> bool:
    """Whether a run that ended left something that can be sent now."""
    return bool(session.scalar(sa.select(sa.exists().where(*_due(times.now())))))


def _due(now: datetime) -> list[sa.ColumnElement[bool]]:
    free = sa.or_(Push.lease_until.is_(None), Push.lease_until < now)
    return [Push.due_at.is_not(None), Push.due_at <= now, free]


def take(limit: int) -> list[Written]:
    """Claim at most so many and write them; what is over ends here. Commits. Nothing due: no lock is taken."""
    now = times.now()
    session.remove()
    if not more_due():
        session.rollback()
        return []
    db.plan_afresh()
    claimed = db.claim(
        Push, _due(now), Push.due_at, limit, lease_until=now + LEASE, token=Push.token + 1, tries=Push.tries + 1
    )
    written = writing.write(claimed)
    db.commit()
    session.remove()
    return written


def fly(batch: Sequence[Written]) -> int:
    """Send what was written and settle it; answers how many were taken."""
    now = time.monotonic()
    tired = [Settled(each, _put_off(each, now)) for each in batch if _resting.get(each.service, 0.0) > now]
    going = [each for each in batch if _resting.get(each.service, 0.0) <= now]
    failed: list[Settled] = []
    settled = [_judged(each, found) for each, found in outbound.post_many(_letters(going, failed), timeout=TIMEOUT)]
    everything = [*settled, *failed, *tired]
    settling.settle([(each.written, each.verdict) for each in everything])
    return sum(each.verdict.how == "sent" for each in settled)


def _put_off(written: Written, now: float) -> Verdict:
    return Verdict("wait", timedelta(seconds=max(1.0, _resting[written.service] - now)), problem=outcome.BUSY)


def _letters(batch: Sequence[Written], failed: list[Settled]) -> "Iterator[outbound.Letter[Written]]":
    for each in batch:
        try:
            device = sealing.prepare(each.subscription_id, each.sealed)
            yield sealing.letter(each, device, each.message, each.headers)
        except (Sealed, outbound.OutboundError) as error:
            logs.error("push", error, service=each.service)
            failed.append(Settled(each, Verdict("failed", problem=outcome.REFUSED)))


def _judged(written: Written, found: outbound.Answer | outbound.OutboundError) -> Settled:
    verdict = outcome.judge(found, written.tries)
    if verdict.how != "sent":
        status = found.status if isinstance(found, outbound.Answer) else type(found).__name__
        logs.event("push_refused", level="warning", service=written.service, status=status, how=verdict.how)
    if verdict.rest:
        _resting[written.service] = time.monotonic() + verdict.wait.total_seconds()
    return Settled(written, verdict)
