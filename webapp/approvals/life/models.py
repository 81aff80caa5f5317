"""Holds and claims: each a row with who and when, ended and never removed."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person


def _one_open(table: str) -> sa.Index:
    only: dict[str, Any] = {
        "postgresql_where": sa.text("ended_at IS NULL"),
        "sqlite_where": sa.text("ended_at IS NULL"),
    }
    return sa.Index(f"uq_{table}_open", "submission_id", unique=True, **only)


class Hold(Base):
    """A submission is on hold until an instant, for a reason. The submission itself says whether it is held now."""

    __tablename__ = "holds"
    __table_args__ = (_one_open("holds"), sa.Index("ix_holds_until", "ended_at", "until"))

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    submission_id: Mapped[uuid.UUID] = ref("submissions.id", index=False, cascade=True)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    reason: Mapped[str]
    until: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(default=times.now)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)


class Claim(Base):
    """ "I have it": a mark for the others, which takes nothing from them."""

    __tablename__ = "claims"
    __table_args__ = (_one_open("claims"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    submission_id: Mapped[uuid.UUID] = ref("submissions.id", index=False, cascade=True)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    at: Mapped[datetime] = mapped_column(default=times.now)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
