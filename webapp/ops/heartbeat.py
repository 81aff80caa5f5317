"""Who has been heard from: the clock and the relay write a row every few seconds, `/readyz` and the doctor
read it.
"""

import socket
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp import times
from webapp.db import Base, engine, is_sqlite

EVERY = 3.0
"""Seconds between two beats of a process."""
SILENT = 10.0
"""Seconds after which a process counts as not heard from."""
FORGET = timedelta(days=1)


class Heartbeat(Base):
    """The last time a process of this name spoke on this host."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def beat(name: str) -> None:
    """Say "here", in a short transaction of its own, and forget hosts that left a day ago."""
    from sqlalchemy.dialects import postgresql, sqlite

    now = times.now()
    insert = (sqlite if is_sqlite() else postgresql).insert(Heartbeat)
    row = insert.values(name=name, host=socket.gethostname(), at=now)
    keys = [Heartbeat.name, Heartbeat.host]
    with Session(engine()) as own, own.begin():
        own.execute(row.on_conflict_do_update(index_elements=keys, set_={"at": now}))
        own.execute(sa.delete(Heartbeat).where(Heartbeat.name == name, Heartbeat.at < now - FORGET))


def heard(name: str, within: float = SILENT) -> bool:
    """Whether a process of this name spoke on any host within so many seconds."""
    since = times.now() - timedelta(seconds=within)
    query = sa.select(sa.exists().where(Heartbeat.name == name, Heartbeat.at >= since))
    with Session(engine()) as own:
        return bool(own.scalar(query))
