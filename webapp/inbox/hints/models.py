"""Where a network may tell us of news of a channel: an address that nobody guesses, and the keys to read what comes."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.channels.models import Channel
from webapp.db import Base, pk, ref


class ChannelHint(Base):
    """`token_hash`: of the secret part of the address; empty while nothing may come. `keys` is sealed by the vault.

    `server_key` is what hints are signed with. `next_at`: when the subscription is made anew, or tried again.
    `last_id`: the newest notification that was told of; `hurried_at`: when one made the poller look.
    """

    __tablename__ = "channel_hints"
    __table_args__ = (
        sa.UniqueConstraint("channel_id"),
        sa.Index("uq_channel_hints_token", "token_hash", unique=True),
        sa.Index("ix_channel_hints_next", "next_at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    token_hash: Mapped[str | None]
    keys: Mapped[str] = mapped_column(default="")
    server_key: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime] = mapped_column(default=times.now)
    code: Mapped[str] = mapped_column(default="")
    last_id: Mapped[int] = mapped_column(sa.BigInteger(), default=0)
    hurried_at: Mapped[datetime | None]

    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)
