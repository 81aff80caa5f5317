"""A reusable answer, each state it had, where it was used, and a macro that does more with it in one tap."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person, Region


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class CannedReply(Base):
    """`code` is what is typed after a `/`. `texts`: language -> text. Offered in its region and below.

    `pictures`: rows of {"asset", "alt"}, in order. `roles`: ids of the roles that see it, empty for all. `owner_id`: a
    private one, seen by nobody else. `uses` counts the replies that were sent with it.
    """

    __tablename__ = "canned_replies"
    __table_args__ = (
        sa.Index(
            "uq_canned_replies_code",
            "region_id",
            "code",
            unique=True,
            **_only("owner_id IS NULL AND removed_at IS NULL"),
        ),
        sa.Index(
            "uq_canned_replies_own", "organization_id", "owner_id", "code", unique=True, **_only("removed_at IS NULL")
        ),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    owner_id: Mapped[uuid.UUID | None] = ref("people.id")
    code: Mapped[str]
    title: Mapped[str]
    folder: Mapped[str] = mapped_column(default="")
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    roles: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    updated_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class CannedVersion(Base):
    """How a canned reply was after a change, and who made it."""

    __tablename__ = "canned_versions"
    __table_args__ = (sa.UniqueConstraint("canned_id", "version"),)

    id: Mapped[uuid.UUID] = pk()
    canned_id: Mapped[uuid.UUID] = ref("canned_replies.id", index=False, cascade=True)
    version: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    folder: Mapped[str]
    texts: Mapped[dict[str, Any]]
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    by_id: Mapped[uuid.UUID | None] = ref("people.id")
    at: Mapped[datetime] = mapped_column(default=times.now)

    by: Mapped[Person | None] = relationship(lazy="joined")


class CannedUse(Base):
    """One reply that was written with it: what ranking learns from."""

    __tablename__ = "canned_uses"
    __table_args__ = (
        sa.UniqueConstraint("canned_id", "reply_id"),
        sa.Index("ix_canned_uses_person", "person_id", "at"),
        sa.Index("ix_canned_uses_post", "post_id", **_only("post_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    canned_id: Mapped[uuid.UUID] = ref("canned_replies.id", index=False, cascade=True)
    reply_id: Mapped[uuid.UUID] = ref("replies.id", cascade=True)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    post_id: Mapped[uuid.UUID | None] = ref("posts.id", index=False)
    language: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=times.now)


class Macro(Base):
    """A canned reply, a label, an assignment and "done", in one tap. What is not wanted is empty."""

    __tablename__ = "macros"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    name: Mapped[str]
    canned_id: Mapped[uuid.UUID | None] = ref("canned_replies.id")
    label_id: Mapped[uuid.UUID | None] = ref("labels.id")
    mine: Mapped[bool] = mapped_column(default=False)
    done: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]

    canned: Mapped[CannedReply | None] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
