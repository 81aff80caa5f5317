"""Handing messages to push services: claim, write, commit, send many at once, settle; again until nothing is due.

What is planned here is sent here; what others left, since they ended or a service asked for patience, is claimed.
No transaction is open while a service is spoken to, so this job commits by itself. A message is settled by the token
of its claim; what a crash leaves unsettled is sent again when its lease runs out, in its own place on the device.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import db, logs, outbound, times
from webapp.db import session
from webapp.vault import Sealed

from . import outcome, planning, sealing, settling, writing
from .models import Push
from .outcome import Verdict
from .writing import Claimed, Written

BATCH, MORE = 300, 600
"""Messages that are claimed at once: at first so few that they leave soon, then more, since a claim has its price."""
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


def tell_due(call: Callable[[], object]) -> tuple[int, bool]:
    """Plan what is due and send it, for a moment; when it is a crowd, `call` is for others to help.

    Answers how many messages were taken, and whether more is to be planned.
    """
    began, count, looked, texts = time.monotonic(), 0, planning.BATCH, writing.Texts()
    while looked == planning.BATCH and time.monotonic() - began < PATIENCE:
        if planning.crowded():
            call()
        looked, planned = planning.plan_due(times.now() + LEASE)
        db.commit()
        count += fly(_written(planned, texts))
    return count, looked == planning.BATCH


def send_due() -> int:
    """Send every message that is due; answers how many were taken by their services. Any number of processes may."""
    began, count, limit, texts = time.monotonic(), 0, BATCH, writing.Texts()
    while time.monotonic() - began < PATIENCE:
        batch = take(limit, texts)
        if not batch:
            break
        count += fly(batch)
        limit = MORE
    return count


def more_due() -> bool:
    """Whether a run that ended left something that can be sent now."""
    return bool(session.scalar(sa.select(sa.exists().where(*_due(times.now())))))


def _due(now: datetime) -> list[sa.ColumnElement[bool]]:
    free = sa.or_(Push.lease_until.is_(None), Push.lease_until < now)
    return [Push.due_at.is_not(None), Push.due_at <= now, free]


def take(limit: int, texts: writing.Texts) -> list[Written]:
    """Claim at most so many and write them; what is over ends here. Commits. Nothing due: no lock is taken."""
    now = times.now()
    session.remove()
    if not more_due():
        session.rollback()
        return []
    db.plan_afresh()
    taken = {"lease_until": now + LEASE, "token": Push.token + 1, "tries": Push.tries + 1}
    claimed = db.claim_of(writing.CLAIMED, Push, _due(now), Push.due_at, limit, **taken)
    return _written([Claimed(*row) for row in claimed], texts)


def _written(claimed: Sequence[Claimed], texts: writing.Texts) -> list[Written]:
    written = writing.write(claimed, texts)
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
