"""The sender: claims what is due, asks the last questions, calls many networks at once, settles each outcome.

Three kinds of transaction, all short: one that claims and writes the attempts, one for each outcome, and one that
renews leases. None is open while a network is called. So this job commits by itself, unlike every other.
"""

import time
import uuid
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.exc

from webapp import db, logs, times
from webapp.channels.account import account
from webapp.db import session
from webapp.networks.base import Draft
from webapp.posts import lifecycle as post_lifecycle
from webapp.posts.models import Post

from . import claim, outgoing, presend, settle, staged, threads
from .due import next_due
from .flight import Outcome, Ticket, fly
from .lifecycle import State, move
from .models import Attempt, Delivery

THREADS = 32
"""Calls under way at once in one process."""
PATIENCE = 20.0
"""Seconds after which this run takes nothing new, so that other jobs of the worker get their turn."""
RENEW = 10.0
"""Seconds between two renewals of the leases of what is under way."""
TURN = 8
"""Outcomes written before the next look for what is due."""

Flying = dict["Future[Outcome]", Ticket]


def publish_due() -> int:
    """Send everything that is due, look up what is unknown, remove what is unwanted; answers how many calls were made.

    May run in any number of processes at once.
    """
    began, renewed, done = time.monotonic(), time.monotonic(), 0
    flying: Flying = {}
    settled: list[tuple[Ticket, Outcome]] = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="send") as pool:
        while True:
            if len(flying) < THREADS and time.monotonic() - began < PATIENCE:
                for ticket in _take(THREADS - len(flying), alone=not flying and not settled):
                    flying[pool.submit(fly, ticket)] = ticket
            if not flying and not settled:
                return done
            pause = 0.0 if settled else 0.1
            finished, _ = wait(flying, timeout=pause, return_when=FIRST_COMPLETED)
            settled += [(flying.pop(future), future.result()) for future in finished]
            done += _write(settled)
            if time.monotonic() - renewed > RENEW:
                _renew(flying)
                renewed = time.monotonic()


def _take(limit: int, alone: bool) -> list[Ticket]:
    """`take`, but a lost database does not take what is under way with it."""
    try:
        return take(limit)
    except sqlalchemy.exc.OperationalError as error:
        if alone:
            raise
        db.rollback()
        logs.error("claim", error)
        return []


def _write(settled: list[tuple[Ticket, Outcome]]) -> int:
    """Settle some of what has ended; between them what is newly due gets its turn.

    What the database does not take now stays in the list for the next turn.
    """
    count = 0
    while settled and count < TURN:
        ticket, outcome = settled[0]
        try:
            settle.settle(ticket, outcome)
            db.commit()
        except sqlalchemy.exc.OperationalError as error:
            db.rollback()
            logs.error("settle", error, delivery=ticket.delivery_id)
            time.sleep(0.1)
            return count
        except Exception as defect:  # the lease runs out and the delivery is looked up
            db.rollback()
            logs.error("settle", defect, delivery=ticket.delivery_id)
        finally:
            session.expunge_all()
        settled.pop(0)
        count += 1
    return count


def _renew(flying: Flying) -> None:
    """Keep the leases of what is under way, and show as being sent what takes long."""
    tickets = list(flying.values())
    claim.renew([ticket.delivery_id for ticket in tickets], times.now())
    db.commit()
    for post_id in sorted({ticket.post_id for ticket in tickets}):
        _project(post_id)


def _project(post_id: uuid.UUID) -> None:
    query = sa.select(Post).where(Post.id == post_id)
    post = session.scalars(query if db.is_sqlite() else query.with_for_update(of=Post)).unique().one()
    post_lifecycle.project(post)
    db.commit()


def take(limit: int) -> list[Ticket]:
    """Claim at most so many, write their attempts and commit. Nothing due: no lock is taken."""
    now = times.now()
    db.read_only()
    try:
        at = next_due(now)
    finally:
        session.remove()
    if at is None or at > now:
        return []
    tickets = [*_due(now, limit), *_unclear(now, limit), *_unwanted(now, limit)]
    _lost(now)
    session.expunge_all()
    return tickets


def _due(now: datetime, limit: int) -> list[Ticket]:
    """Deliveries whose time has come: those that may go get an attempt, the others are stopped."""
    batch = claim.due(now, limit)
    stops = presend.stops(batch, now) if batch else {}
    going = [delivery for delivery in batch if delivery.id not in stops]
    tickets = _tickets(going, "send", now)
    stopped = [(d.id, d.post_id, d.token, stops[d.id]) for d in batch if d.id in stops]
    db.commit()
    for delivery_id, post_id, token, why in stopped:
        _stop(delivery_id, post_id, token, why)
    return tickets


def _stop(delivery_id: uuid.UUID, post_id: uuid.UUID, token: int, why: presend.Stop) -> None:
    """Nothing was tried: the try is given back. The post is locked first, hence a transaction of its own."""
    delivery = settle.locked(delivery_id, post_id)
    if delivery.token == token and delivery.state == State.SENDING.value:
        delivery.tries -= 1
        settle.stop(delivery, why)
    db.commit()


def _unclear(now: datetime, limit: int) -> list[Ticket]:
    batch = claim.unclear(now, limit)
    tickets = _tickets(batch, "probe", now)
    db.commit()
    return tickets


def _unwanted(now: datetime, limit: int) -> list[Ticket]:
    batch = claim.unwanted(now, limit)
    tickets = _tickets(batch, "delete", now)
    db.commit()
    return tickets


def _lost(now: datetime) -> None:
    """What a vanished worker was sending is unknown now and looked up at once; an edit is simply made again."""
    taken = [(delivery.id, delivery.post_id, delivery.token) for delivery in claim.lost(now)]
    db.commit()
    for delivery_id, post_id, token in taken:
        delivery = settle.locked(delivery_id, post_id)
        if delivery.token != token or delivery.state != State.SENDING.value:
            db.rollback()
            continue
        session.execute(
            sa.update(Attempt)
            .where(Attempt.delivery_id == delivery.id, Attempt.ended_at.is_(None))
            .values(ended_at=now, outcome="lost", message=settle.LOST)
        )
        if delivery.edits_id:
            move(delivery, State.SCHEDULED)
            delivery.due_at = now
        else:
            delivery.problem, delivery.problem_params = settle.LOST, {}
            settle.unknown(delivery, now)
        db.commit()


def _tickets(batch: Sequence[Delivery], kind: str, now: datetime) -> list[Ticket]:
    before = claim.numbers(delivery.id for delivery in batch) if batch else {}
    return [_ticket(delivery, kind, before.get(delivery.id, {}), now) for delivery in batch]


def _ticket(delivery: Delivery, kind: str, before: claim.Tries, now: datetime) -> Ticket:
    kind = "edit" if kind == "send" and delivery.edits_id else kind
    part, remote_id = threads.meant(delivery, kind)
    number = max((last for last, _since in before.values()), default=0)
    attempt = claim.attempt(delivery, kind, number + 1, now)
    attempt.part = part
    return Ticket(
        delivery_id=delivery.id,
        post_id=delivery.post_id,
        attempt_id=attempt.id,
        token=delivery.token,
        kind=kind,
        network=delivery.channel.network,
        account=account(delivery.channel),
        revision=delivery.revision,
        draft=_draft(delivery, kind, now),
        remote_id=remote_id,
        since=before[part][1] if part in before else now,
    )


def _draft(delivery: Delivery, kind: str, now: datetime) -> Draft | None:
    """What is sent, with the pictures that the network has already; None when it is not what was approved."""
    if kind == "delete":
        return None
    try:
        draft = outgoing.draft(delivery)
    except outgoing.Changed:
        return None
    return replace(draft, staged=staged.ready(delivery, draft, now)) if kind == "send" else draft
