"""What a person is told: one row per person and thing, whatever the device or the retries."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Notification(Base):
    """`thing` names what it is about (`waiting:<submission>`); with the person and organization it is unique.

    `mail_at`: when to mail it (None: not by mail); claimed by lease, at most once per person and thing.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("organization_id", "person_id", "thing"),
        sa.Index(
            "ix_notifications_to_mail",
            "mail_at",
            postgresql_where=sa.text("mailed_at IS NULL"),
            sqlite_where=sa.text("mailed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    kind: Mapped[str]
    thing: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    region_id: Mapped[uuid.UUID | None] = ref("regions.id")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
