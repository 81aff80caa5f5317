"""A person is away, and who acts for them meanwhile."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person

_OPEN: dict[str, Any] = {
    "postgresql_where": sa.text("ended_at IS NULL"),
    "sqlite_where": sa.text("ended_at IS NULL"),
}


class Absence(Base):
    """Away from one local day on, back on another; `starts_at` and `ends_at` are where these days begin in `zone`.

    `moves`: what waits already when it begins moves to the stand-in too. `notified`: messages still reach the person.
    The stand-in acts unless they declined. `begun_at` and `ended_at` are when the sweep, or a person, said so; one
    absence of a person is open at a time.
    """

    __tablename__ = "absences"
    __table_args__ = (
        sa.Index("ix_absences_open", "organization_id", "ended_at", "starts_at"),
        sa.Index("uq_absences_open", "organization_id", "person_id", unique=True, **_OPEN),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    person_id: Mapped[uuid.UUID] = ref("people.id")
    stand_in_id: Mapped[uuid.UUID | None] = ref("people.id")
    set_by_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    starts_on: Mapped[date]
    back_on: Mapped[date]
    zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    moves: Mapped[bool] = mapped_column(default=True)
    notified: Mapped[bool] = mapped_column(default=False)
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    stand_in: Mapped[Person | None] = relationship(foreign_keys=[stand_in_id], lazy="joined")

    @property
    def stands_in(self) -> Person | None:
        """Who acts for the person: nobody when the one who was asked declined."""
        return None if self.declined_at else self.stand_in
