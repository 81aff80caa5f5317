"""An idea of a region."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person, Region

from ..labels.models import Campaign


class Idea(Base):
    """`state`: new, shaping, ready or drafted (`lifecycle.py`). `labels`: ids, as text. `post_id`: the draft it became
    (no foreign key: a draft may be deleted, the idea stays)."""

    __tablename__ = "ideas"
    __table_args__ = (sa.Index("ix_ideas_board", "organization_id", "archived_at", "updated_at"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    author_id: Mapped[uuid.UUID] = ref("people.id")
    campaign_id: Mapped[uuid.UUID | None] = ref("campaigns.id")
    title: Mapped[str]
    notes: Mapped[str] = mapped_column(default="")
    labels: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(sa.String(8), default="new")
    post_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    updated_at: Mapped[datetime] = mapped_column(default=times.now)
    archived_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    campaign: Mapped[Campaign | None] = relationship(lazy="joined")
