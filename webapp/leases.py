"""Named leases: several clocks and relays may run, one at a time does the work.

A lease is a row with an owner and an end. Whoever holds it extends it; when its holder dies it runs out by itself.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, is_sqlite, session


class Lease(Base):
    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


def take(name: str, owner: str, seconds: float, now: datetime, on: Session | None = None) -> bool:
    """Take or extend a lease in the current transaction (or that of `on`); False while somebody else holds it."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = (sqlite if is_sqlite() else postgresql).insert(Lease)
    until = now + timedelta(seconds=seconds)
    statement = insert.values(name=name, owner=owner, until=until).on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"owner": owner, "until": until},
        where=sa.or_(Lease.until < now, Lease.owner == owner),
    )
    return (on or session).execute(statement.returning(Lease.name)).first() is not None


def every(name: str, seconds: float, now: datetime) -> bool:
    """True once per period over all hosts: for sweeps that should not run twice at once."""
    return take(f"every:{name}", f"{now.timestamp():.3f}", seconds, now)
