"""A list of words that posts of a region and all below it are looked through for."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class WordList(Base):
    """One kind of words in one language; `language` "" means every language. A word may end in `*`."""

    __tablename__ = "word_lists"
    __table_args__ = (sa.UniqueConstraint("region_id", "kind", "language"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    kind: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    words: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime] = mapped_column(default=times.now)
