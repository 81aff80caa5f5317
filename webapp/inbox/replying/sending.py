"""The sender of replies: claims what may leave, calls the networks, settles each outcome; as `publishing/sending.py`.

Transactions are short and none is open while a network is called, so this job commits by itself.
"""

import time
import uuid
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc

from webapp import db, links, logs, times
from webapp.channels.account import account
from webapp.db import session
from webapp.inbox.canned.pictures import going

from . import claim, settle, standing
from .flight import Outcome, Ticket, fly
from .models import Reply, ReplyAttempt
from .states import State, move

THREADS = 16
PATIENCE = 15.0
"""Seconds after which this run takes nothing new, so that other jobs of the worker get their turn."""
RENEW = 10.0

Going = tuple[Ticket, uuid.UUID]
"""A ticket and its conversation."""


def send_due() -> int:
    """Send what may leave and look up what is unknown; answers how many calls were made. May run many times at once."""
    began, renewed, done = time.monotonic(), time.monotonic(), 0
    flying: dict[Future[Outcome], Going] = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="reply") as pool:
        while True:
            if len(flying) < THREADS and time.monotonic() - began < PATIENCE:
                for going in take(THREADS - len(flying)):
                    flying[pool.submit(fly, going[0])] = going
            if not flying:
                return done
            finished, _ = wait(flying, timeout=0.1, return_when=FIRST_COMPLETED)
            for future in finished:
                _write(*flying.pop(future), future.result())
                done += 1
            if time.monotonic() - renewed > RENEW:
                claim.renew([ticket.reply_id for ticket, _conversation in flying.values()], times.now())
                db.commit()
                renewed = time.monotonic()


def _write(ticket: Ticket, conversation_id: uuid.UUID, outcome: Outcome) -> None:
    """Settle one outcome. What the database does not take now is found again when its lease runs out."""
    for _try in range(20):
        try:
            settle.settle(ticket, conversation_id, outcome)
            db.commit()
        except sqlalchemy.exc.OperationalError as error:
            db.rollback()
            logs.error("settle_reply", error, reply=ticket.reply_id)
            time.sleep(0.1)
        except Exception as defect:
            db.rollback()
            logs.error("settle_reply", defect, reply=ticket.reply_id)
            return
        else:
            return
        finally:
            session.expunge_all()


def take(limit: int) -> list[Going]:
    """Claim at most so many, write their attempts and commit. Nothing due: no lock is taken."""
    now = times.now()
    db.read_only()
    try:
        at = claim.next_due(now)
    finally:
        session.remove()
    if at is None or at > now:
        return []
    found = [*_going(claim.due(now, limit), "send", now), *_going(claim.unclear(now, limit), "probe", now)]
    _lost(now)
    session.expunge_all()
    return found


def _going(batch: Sequence[Reply], what: str, now: datetime) -> list[Going]:
    found = [(_ticket(reply, what, now), reply.conversation_id) for reply in batch]
    db.commit()
    return found


def _ticket(reply: Reply, what: str, now: datetime) -> Ticket:
    attempt, since = claim.attempt(reply, what, now)
    return Ticket(
        reply_id=reply.id,
        attempt_id=attempt.id,
        token=reply.token,
        what=what,
        kind=reply.kind,
        network=reply.channel.network,
        account=account(reply.channel),
        handle=_handle(reply),
        text=reply.text,
        pictures=going.to_send(reply.pictures),
        key=str(reply.id),
        at=reply.created_at,
        since=since,
        target=reply.message.remote_id,
        sure=reply.sure,
        known=standing.known(reply.conversation_id, reply) if reply.kind == "reply" else frozenset(),
    )


def _handle(reply: Reply) -> dict[str, Any]:
    """What the network kept to answer with; for a feed of ours also where it is and what is answered."""
    slug = reply.channel.slug
    ours = {"here": links.url(f"/feeds/{slug}"), "url": reply.message.url} if slug else {}
    return {**ours, **reply.message.handle}


def _lost(now: datetime) -> None:
    """What a vanished worker was sending: a reply is unknown and looked up at once, all else is simply done again."""
    taken = [(reply.id, reply.conversation_id, reply.token) for reply in claim.lost(now)]
    db.commit()
    for reply_id, conversation_id, token in taken:
        reply = settle.locked(reply_id, conversation_id)
        if reply.token != token or reply.state != State.SENDING.value:
            db.rollback()
            continue
        open_ones = (ReplyAttempt.reply_id == reply.id, ReplyAttempt.ended_at.is_(None))
        gone = {"ended_at": now, "outcome": "lost", "message": settle.LOST}
        session.execute(sa.update(ReplyAttempt).where(*open_ones).values(gone))
        if reply.kind == "reply":
            reply.problem, reply.problem_params = settle.LOST, {}
            settle.unknown(reply, now)
        else:
            move(reply, State.WAITING)
            reply.due_at = now
        db.commit()
