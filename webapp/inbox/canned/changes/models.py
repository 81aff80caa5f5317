"""Where changes of canned replies need a yes, and each change that waited for one."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.inbox.canned.models import CannedReply
from webapp.people.models import Person


class CannedGuard(Base):
    """Changes in this folder need a yes; `everywhere` stands for all folders, then `folder` is empty."""

    __tablename__ = "canned_guards"
    __table_args__ = (sa.UniqueConstraint("organization_id", "folder", "everywhere"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    folder: Mapped[str] = mapped_column(default="")
    everywhere: Mapped[bool] = mapped_column(default=False)


class CannedChange(Base):
    """How somebody wants a canned reply to be. `version`: the one it was made from, 0 for a new one, which is offered
    nowhere before its yes. `state`: waiting, approved, declined or replaced (by a newer change)."""

    __tablename__ = "canned_changes"
    __table_args__ = (
        sa.Index(
            "uq_canned_changes_waiting",
            "canned_id",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_canned_changes_state", "organization_id", "state"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    canned_id: Mapped[uuid.UUID] = ref("canned_replies.id", cascade=True)
    version: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    folder: Mapped[str]
    texts: Mapped[dict[str, Any]]
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    roles: Mapped[list[str]] = mapped_column(default=list)
    by_id: Mapped[uuid.UUID] = ref("people.id")
    at: Mapped[datetime] = mapped_column(default=times.now)
    state: Mapped[str] = mapped_column(default="waiting")
    decided_by_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    canned: Mapped[CannedReply] = relationship(lazy="joined", innerjoin=True)
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)
