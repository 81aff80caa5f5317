"""What a submitted post looks like on a channel, in a few bytes, so that its neighbours can be found and compared."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, pk, ref


class Trace(Base):
    """One channel of a post as it was sent for approval last: when it goes out, and the sketch of its text."""

    __tablename__ = "traces"
    __table_args__ = (
        sa.UniqueConstraint("post_id", "channel_id"),
        sa.Index("ix_traces_channel_at", "channel_id", "at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    post_id: Mapped[uuid.UUID] = ref("posts.id", cascade=True, index=False)
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    at: Mapped[datetime]
    sketch: Mapped[bytes] = mapped_column(sa.LargeBinary())
