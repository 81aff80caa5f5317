"""A page elsewhere that says it links to an entry of ours."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Webmention(Base):
    """`state`: "waiting" until looked at, then "linked", "unlinked" (no link there) or "gone". `digest`: what was read.

    `next_at`: when it is looked at next (a lease while somebody does); None when there is nothing to do.
    """

    __tablename__ = "webmentions"
    __table_args__ = (
        sa.UniqueConstraint("source", "target"),
        sa.Index("ix_webmentions_next", "next_at"),
        sa.Index("ix_webmentions_host", "host", "created_at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    entry: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    host: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
