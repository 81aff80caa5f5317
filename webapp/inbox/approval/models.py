"""Which replies of a region need a yes, and each reply that waited for one."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.inbox.replying.models import Reply
from webapp.people.models import Person


class ReplyGuard(Base):
    """In this region and below: replies on `channels`, by `roles` (ids), or with risky words need a yes."""

    __tablename__ = "reply_guards"
    __table_args__ = (sa.UniqueConstraint("region_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    channels: Mapped[list[str]] = mapped_column(default=list)
    roles: Mapped[list[str]] = mapped_column(default=list)
    risk: Mapped[bool] = mapped_column(default=False)


class ReplyApproval(Base):
    """One reply that needs a yes. `state`: waiting, approved, changes, rejected or withdrawn.

    `text_hash` is what the yes is given to. `why`: rows of {"key", "of"} (`guards.REASONS`). Whoever wrote it never
    decides; `decided_by_id` says who did.
    """

    __tablename__ = "reply_approvals"
    __table_args__ = (
        sa.UniqueConstraint("reply_id"),
        sa.Index(
            "ix_reply_approvals_waiting",
            "organization_id",
            "region_id",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    reply_id: Mapped[uuid.UUID] = ref("replies.id", index=False, cascade=True)
    text_hash: Mapped[str]
    why: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    decided_by_id: Mapped[uuid.UUID | None] = ref("people.id")
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    reply: Mapped[Reply] = relationship(lazy="joined", innerjoin=True)
    decided_by: Mapped[Person | None] = relationship(lazy="joined")
