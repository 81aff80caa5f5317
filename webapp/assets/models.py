"""An uploaded file and what was made of it. Stored under random keys; the name a person gave is only shown."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref


class Asset(Base):
    """A picture. The original is never kept: `full` is the re-encoded master without metadata.

    `rights_until` is the last day on which it may be used (None: no end is known).
    """

    __tablename__ = "assets"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    name: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    rights_until: Mapped[date | None] = mapped_column(sa.Date())
    created_at: Mapped[datetime] = mapped_column(default=times.now)

    renditions: Mapped[list["Rendition"]] = relationship(back_populates="asset", lazy="selectin")

    def rendition(self, kind: str) -> "Rendition":
        """The rendition of a kind. KeyError when it was never made."""
        return {r.kind: r for r in self.renditions}[kind]


class Rendition(Base):
    """One encoded form: `thumb` (144), `small` (360), `card` (720), `full`, or `net:<network>:<bytes>`.

    `key` is the public path. `full` is what networks get when it fits their limits.
    """

    __tablename__ = "renditions"
    __table_args__ = (sa.UniqueConstraint("asset_id", "kind"),)

    id: Mapped[uuid.UUID] = pk()
    asset_id: Mapped[uuid.UUID] = ref("assets.id", cascade=True)
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    mime: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[str]

    asset: Mapped[Asset] = relationship(back_populates="renditions")
