"""Answers that were given to a key, so that the same request may arrive twice."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk


class Answer(Base):
    """What a keyed request was answered: kept seven days, unique per organization, person and key."""

    __tablename__ = "answers"
    __table_args__ = (sa.UniqueConstraint("organization_id", "person_id", "key"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    key: Mapped[str]
    body_hash: Mapped[str]
    status: Mapped[int | None]
    headers: Mapped[str] = mapped_column(default="{}")
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=times.now, index=True)
