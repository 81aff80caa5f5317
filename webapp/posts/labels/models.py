"""What groups posts: an organization's own labels, many to many, and campaigns, one a post."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from webapp import times
from webapp.db import Base, pk, ref


class Label(Base):
    """A word that posts are marked with. One that was removed stays on the posts of before and is offered no more."""

    __tablename__ = "labels"
    __table_args__ = (sa.UniqueConstraint("organization_id", "name"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]


class Campaign(Base):
    """What several posts work for, perhaps only from a day until a day (both included; days as people say them).

    `goal`: what it is to reach, in words. `regions`: ids of those it is for, none for every one.
    """

    __tablename__ = "campaigns"
    __table_args__ = (sa.UniqueConstraint("organization_id", "name"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    name: Mapped[str]
    goal: Mapped[str] = mapped_column(default="", server_default="")
    regions: Mapped[list[str]] = mapped_column(default=list, server_default=sa.text("'[]'"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]


class Labelling(Base):
    """A label on a post."""

    __tablename__ = "post_labels"

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("labels.id"), primary_key=True, index=True)
