"""Claiming replies: a claim is a lease with a fencing token, as with deliveries (`publishing/claim.py`)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.publishing.claim import LEASE, owner

from .models import Reply, ReplyAttempt
from .states import State

_WHEN = (
    sa.select(sa.func.min(Reply.due_at)).where(Reply.state == State.WAITING.value),
    sa.select(sa.func.min(Reply.lease_until)).where(Reply.state == State.SENDING.value),
    sa.select(sa.func.min(Reply.probe_at)).where(Reply.state == State.UNKNOWN.value),
)
_LOOK = sa.select(*(query.scalar_subquery() for query in _WHEN))


def next_due(now: datetime) -> datetime | None:
    """The earliest instant at which a reply can be claimed; None when nothing waits. Takes no lock."""
    found = [at for at in session.execute(_LOOK).one() if at is not None]
    return min(found, default=None)


def due(now: datetime, limit: int) -> Sequence[Reply]:
    """Take what may leave: `waiting` becomes `sending`. The caller writes the attempts before committing.

    Replies of one conversation leave one after another, in their order: what of ours is just being said there would
    look, to the next one's last look, like somebody else's answer.
    """
    where = [Reply.state == State.WAITING.value, Reply.due_at <= now, sa.or_(Reply.kind != "reply", ~_before(now))]
    more = {"state": State.SENDING.value, "tries": Reply.tries + 1}
    return _taken(where, Reply.due_at, now, limit, **more)


def _before(now: datetime) -> sa.Exists:
    """Another reply of the conversation is under way, is looked for there, or is due and was written earlier."""
    other = sa.orm.aliased(Reply)
    earlier = sa.tuple_(other.due_at, other.id) < sa.tuple_(Reply.due_at, Reply.id)
    ahead = sa.or_(
        other.state == State.SENDING.value,
        sa.and_(other.state == State.UNKNOWN.value, other.probe_at.is_not(None)),
        sa.and_(other.state == State.WAITING.value, other.due_at <= now, earlier),
    )
    return sa.exists().where(other.conversation_id == Reply.conversation_id, other.kind == "reply", ahead)


def lost(now: datetime, limit: int = 100) -> Sequence[Reply]:
    """Take over what a vanished worker was sending."""
    where = [Reply.state == State.SENDING.value, Reply.lease_until < now]
    return _taken(where, Reply.lease_until, now, limit)


def unclear(now: datetime, limit: int) -> Sequence[Reply]:
    """Take what is to be looked up; a look that vanishes is made again after the lease."""
    where = [Reply.state == State.UNKNOWN.value, Reply.probe_at <= now]
    return _whole(db.claim(Reply, where, Reply.probe_at, limit, probe_at=now + LEASE, token=Reply.token + 1))


def _taken(
    where: list[sa.ColumnElement[bool]], order: object, now: datetime, limit: int, **more: object
) -> Sequence[Reply]:
    lease = {"owner": owner(), "lease_until": now + LEASE, "token": Reply.token + 1}
    return _whole(db.claim(Reply, where, order, limit, **lease, **more))


def _whole(taken: Iterable[Reply]) -> Sequence[Reply]:
    ids = [reply.id for reply in taken]
    if not ids:
        return []
    query = sa.select(Reply).where(Reply.id.in_(ids)).order_by(Reply.due_at)
    return session.scalars(query.execution_options(populate_existing=True)).unique().all()


def renew(ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Extend this process's leases on what it is still sending."""
    mine = (Reply.id.in_(list(ids)), Reply.state == State.SENDING.value, Reply.owner == owner())
    session.execute(sa.update(Reply).where(*mine).values(lease_until=now + LEASE))


def attempt(reply: Reply, kind: str, now: datetime) -> tuple[ReplyAttempt, datetime]:
    """The row of a try, to be committed before the network is called, and when the first try began."""
    query = sa.select(sa.func.count(), sa.func.min(ReplyAttempt.started_at)).where(ReplyAttempt.reply_id == reply.id)
    count, since = session.execute(query).one()
    made = ReplyAttempt(
        id=db.new_id(), reply_id=reply.id, number=count + 1, token=reply.token, kind=kind, started_at=now
    )
    session.add(made)
    return made, since or now
