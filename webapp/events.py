"""Events: audit trail, source of notifications and outbox in one.

Every change of state records one row, in the transaction of the change. The relay then seals rows in commit order
into a hash chain, one an organization, and tells the listeners. Personal text is kept apart in an erasable row; the
event holds its salted hash, so that erasing on request and a tamper-evident trail agree. The database refuses UPDATE
and DELETE on events and seals.
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from . import bulk, times
from .db import Base, new_id, pk, session

origin: ContextVar[str] = ContextVar("origin", default="")
SEALED_AT_ONCE, TOLD_AT_ONCE = 500, 100
"""At most so many events in one transaction of the relay."""


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (
        sa.Index("ix_events_trail", "organization_id", "id"),
        sa.Index("ix_events_subject", "subject_type", "subject_id", "id"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]
    kind: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    for_id: Mapped[uuid.UUID | None]
    subject_type: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    region_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    text_hash: Mapped[str | None]
    origin: Mapped[str]


class EventText(Base):
    """Words that belong to a person and can be erased: a comment, a reason."""

    __tablename__ = "event_texts"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    salt: Mapped[str]
    text: Mapped[str]


class Pending(Base):
    """An event the relay has not finished with."""

    __tablename__ = "pending_events"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]


class Seal(Base):
    """A link of an organization's chain."""

    __tablename__ = "event_seals"
    __table_args__ = (sa.UniqueConstraint("chain", "position"),)

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    chain: Mapped[str]
    position: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str]


class Actor(Protocol):
    """Whoever acts: a person in an organization (or the system, which is None)."""

    @property
    def id(self) -> uuid.UUID: ...


class Subject(Protocol):
    """What an event speaks of: any row with a key and a table."""

    id: Any
    __tablename__: str


LISTENERS: list[Callable[[Event], None]] = []
TELL = Callable[[], None]
on_record: list[TELL] = []


def record(
    kind: str,
    subject: Any,
    *,
    by: Actor | None,
    organization_id: uuid.UUID | None = None,
    region_id: uuid.UUID | None = None,
    text: str | None = None,
    on_behalf_of: uuid.UUID | None = None,
    **data: Any,
) -> Event:
    """Write one line of the trail in this transaction. `data` is plain JSON without personal text; `text` is erasable.

    `organization_id` and `region_id` default to those of the subject.
    """
    row = _row(kind, subject, by, data) | {"for_id": on_behalf_of}
    row["organization_id"] = organization_id or row["organization_id"]
    row["region_id"] = region_id or row["region_id"]
    event = Event(**row)
    if text is not None:
        salt = secrets.token_hex(16)
        event.text_hash = hashlib.sha256((salt + text).encode()).hexdigest()
        session.add(EventText(event_id=event.id, salt=salt, text=text))
    session.add_all([event, Pending(event_id=event.id)])
    return event


def record_all(kind: str, said: Iterable[tuple[Any, Mapping[str, Any]]], *, by: Actor | None) -> None:
    """As `record` for each subject with its data, in their order: for what comes by the hundred."""
    rows = [_row(kind, subject, by, data) for subject, data in said]
    if rows:
        session.flush()
        bulk.insert(Event, rows)
        bulk.insert(Pending, [{"event_id": row["id"], "sealed": False, "tries": 0} for row in rows])


def _row(kind: str, subject: Any, by: Actor | None, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organization_id": getattr(subject, "organization_id", None),
        "at": times.now(),
        "kind": kind,
        "person_id": by.id if by else None,
        "subject_type": subject.__tablename__,
        "subject_id": subject.id,
        "region_id": getattr(subject, "region_id", None),
        "data": json.loads(json.dumps(data, default=str)),
        "origin": origin.get(),
    }


def canonical(event: Event) -> bytes:
    """The bytes that are hashed: sorted keys, no spaces, UTF-8."""
    row = {
        "id": str(event.id),
        "organization": str(event.organization_id),
        "at": event.at.isoformat(),
        "kind": event.kind,
        "person": str(event.person_id),
        "for": str(event.for_id),
        "subject": [event.subject_type, str(event.subject_id)],
        "region": str(event.region_id),
        "data": event.data,
        "text": event.text_hash,
        "origin": event.origin,
    }
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: str, event: Event) -> str:
    """The hash of an event after the one before it."""
    return hashlib.sha256(previous.encode() + canonical(event)).hexdigest()


def seal_pending(now: datetime, limit: int = SEALED_AT_ONCE) -> int:
    """Seal what has been committed since, in order. The caller holds the relay's lease and commits."""
    waiting = session.scalars(
        sa.select(Event)
        .join(Pending, Pending.event_id == Event.id)
        .where(Pending.sealed.is_(False))
        .order_by(Event.id)
        .limit(limit)
    ).all()
    tails: dict[str, tuple[int, str]] = {}
    for event in waiting:
        chain = str(event.organization_id or "")
        position, previous = tails.get(chain) or _tail(chain)
        tails[chain] = (position + 1, link(previous, event))
        session.add(Seal(event_id=event.id, chain=chain, position=position + 1, hash=tails[chain][1]))
    if waiting:
        session.execute(sa.update(Pending).where(Pending.event_id.in_([e.id for e in waiting])).values(sealed=True))
    return len(waiting)


def _tail(chain: str) -> tuple[int, str]:
    row = session.execute(
        sa.select(Seal.position, Seal.hash).where(Seal.chain == chain).order_by(Seal.position.desc()).limit(1)
    ).first()
    return (row.position, row.hash) if row else (0, "")


def tell_pending(now: datetime, limit: int = TOLD_AT_ONCE) -> int:
    """Tell the listeners of sealed events, each in a savepoint; a listener that fails is tried again later.

    Listeners are idempotent. The caller commits.
    """
    waiting = session.execute(
        sa.select(Pending, Event)
        .join(Event, Pending.event_id == Event.id)
        .where(Pending.sealed, sa.or_(Pending.next_at.is_(None), Pending.next_at <= now))
        .order_by(Event.id)
        .limit(limit)
    ).all()
    for pending, event in waiting:
        _tell(pending, event, now)
    return len(waiting)


def _tell(pending: Pending, event: Event, now: datetime) -> None:
    try:
        with session.begin_nested():
            for listener in LISTENERS:
                listener(event)
    except Exception as error:
        from .logs import event as log

        log("listener_failed", event_id=str(event.id), event_kind=event.kind, error=type(error).__name__)
        pending.tries += 1
        pending.next_at = now + timedelta(seconds=min(600, 2**pending.tries))
    else:
        session.delete(pending)


def committed(organization_id: uuid.UUID) -> int:
    """How many events of an organization are committed: grows with each, and with nothing else.

    Read from the end of the chain and what is not sealed yet, so that it costs the same however long the trail is.
    """
    chain = str(organization_id)
    return session.scalar(_committed(), {"organization": organization_id, "chain": chain}) or 0


@cache
def _committed() -> sa.Select[int]:
    sealed = sa.select(sa.func.coalesce(sa.func.max(Seal.position), 0)).where(Seal.chain == sa.bindparam("chain"))
    unsealed = (
        sa.select(sa.func.count())
        .select_from(Pending)
        .join(Event, Event.id == Pending.event_id)
        .where(Pending.sealed.is_(False), Event.organization_id == sa.bindparam("organization"))
    )
    return sa.select(sealed.scalar_subquery() + unsealed.scalar_subquery())


def broken_link(chain: str) -> int | None:
    """Position of the first event of a chain that does not fit, or None when the trail is whole."""
    previous, expected = "", 1
    rows = session.execute(
        sa.select(Seal, Event)
        .outerjoin(Event, Event.id == Seal.event_id)
        .where(Seal.chain == chain)
        .order_by(Seal.position)
        .execution_options(yield_per=500)
    )
    for seal, event in rows:
        if event is None or seal.position != expected or seal.hash != link(previous, event):
            return expected
        previous, expected = seal.hash, expected + 1
    return None
