"""What headquarters handed to its regions, and what each region makes of it."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person, Region

from ..models import Post


class Edition(Base):
    """What was handed to the regions at a moment; never changed. Headquarters' later typing reaches nobody before it is
    handed on.

    `pictures`: [{"asset", "alt", "decorative"}] of the base, in order. Locked are: `passages` (sentences of the text),
    `links` (addresses in it), and the pictures when `pictures_locked`.
    """

    __tablename__ = "editions"
    __table_args__ = (sa.UniqueConstraint("post_id", "number"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id", index=False)
    number: Mapped[int]
    person_id: Mapped[uuid.UUID] = ref("people.id")
    text: Mapped[str]
    language: Mapped[str]
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    passages: Mapped[list[str]] = mapped_column(default=list)
    links: Mapped[list[str]] = mapped_column(default=list)
    pictures_locked: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=times.now)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)

    @property
    def assets(self) -> list[str]:
        """Its pictures, in order."""
        return [each["asset"] for each in self.pictures]


class Adaptation(Base):
    """A region was asked to adapt a post of headquarters: `master_id` became `post_id`.

    `edition_id` is what the region's text rests on: as it was asked, or as it took over last. `wordings`: locked
    passage -> how headquarters says it in this region's language. One that was declined keeps its post, put away; so
    does one that headquarters took back (`recalled`: `declined_by_id` and `reason` are of who did).
    """

    __tablename__ = "adaptations"
    __table_args__ = (
        sa.UniqueConstraint("master_id", "region_id"),
        sa.UniqueConstraint("post_id"),
        sa.Index("ix_adaptations_region_recent", "region_id", "asked_at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    master_id: Mapped[uuid.UUID] = ref("posts.id", index=False)
    post_id: Mapped[uuid.UUID] = ref("posts.id", index=False)
    edition_id: Mapped[uuid.UUID] = ref("editions.id", index=False)
    person_id: Mapped[uuid.UUID] = ref("people.id")
    wordings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime] = mapped_column(default=times.now)
    declined_at: Mapped[datetime | None]
    declined_by_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    reason: Mapped[str] = mapped_column(default="")
    recalled: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    post: Mapped[Post] = relationship(foreign_keys=[post_id])
    edition: Mapped[Edition] = relationship(lazy="joined", innerjoin=True)
    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    declined_by: Mapped[Person | None] = relationship(foreign_keys=[declined_by_id])

    def phrase(self, passage: str) -> str:
        """How a locked passage must stand in this region's texts."""
        return str(self.wordings.get(passage, passage))
