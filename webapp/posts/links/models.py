"""A link that stands in posts, and what was seen when somebody last went there."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Link(Base):
    """One address of one organization. `state`: new, ok, moved, gone, silent, refused, or skipped (never looked at).

    `digest` (SHA-256 of the address) makes it unique; `final` is where it leads; `next_at` is the next look (None: no
    more); while `busy_until` lies ahead nobody else knocks at that host. `wanted_at`: when a post last had it.
    """

    __tablename__ = "links"
    __table_args__ = (
        sa.UniqueConstraint("organization_id", "digest"),
        sa.Index("ix_links_host_busy", "host", "busy_until"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    url: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))
    host: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
    status: Mapped[int | None]
    final: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    busy_until: Mapped[datetime | None]
    wanted_at: Mapped[datetime] = mapped_column(default=times.now, index=True)
