"""A post: the working copy that people edit, and the revisions that were sent for approval."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from webapp import times
from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.db import Base, Json, OptionalJson, pk, ref
from webapp.people.models import Person, Region

from .labels.models import Campaign, Label


class Post(Base):
    """The working copy. Times: `planned_at` (instant), `zone`, `wall` (naive ISO text, as typed); or `as_soon`.

    `state`, `slot_at` and `sent_on`/`sent_of` (channels it is published on, of how many) are projections for lists:
    `lifecycle.project` writes them in the transaction of every change, and nothing that is cleared or sent is ever
    decided from them. `search` is what searching looks in (`queries.searchable`). `version` grows with each save, so
    that two tabs notice each other. `current_id` is the revision that was sent for approval last (no foreign key: the
    two tables would refer to each other). `adapted_from_id`: the post of headquarters that this one adapts
    (`adapting/`; no foreign key either: who changes this one never waits for who changes that one). `parts`: what
    follows the text where a network has threads (`threads/`).
    """

    __tablename__ = "posts"
    __table_args__ = (
        sa.Index("ix_posts_list", "organization_id", "state", "slot_at"),
        sa.Index("ix_posts_slot", "organization_id", "slot_at"),
        sa.Index("ix_posts_recent", "organization_id", "updated_at"),
        sa.Index("ix_posts_region_recent", "region_id", "updated_at"),
        sa.Index("ix_posts_state_recent", "organization_id", "state", "updated_at"),
        sa.Index("ix_posts_author_recent", "author_id", "state", "updated_at"),
        sa.Index(
            "ix_posts_calendar",
            "region_id",
            "slot_at",
            "id",
            "state",
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    author_id: Mapped[uuid.UUID] = ref("people.id")
    text: Mapped[str] = mapped_column(default="")
    parts: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default="[]")
    search: Mapped[str] = mapped_column(default="", deferred=True)
    language: Mapped[str] = mapped_column(default="en")
    as_soon: Mapped[bool] = mapped_column(default=False)
    planned_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC")
    wall: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    slot_at: Mapped[datetime | None]
    sent_on: Mapped[int] = mapped_column(default=0)
    sent_of: Mapped[int] = mapped_column(default=0)
    campaign_id: Mapped[uuid.UUID | None] = ref("campaigns.id")
    paid: Mapped[bool] = mapped_column(default=False)
    adapted_from_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    current_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    updated_at: Mapped[datetime] = mapped_column(default=times.now)
    deleted_at: Mapped[datetime | None]

    head: Mapped[str] = column_property(sa.func.substr(text, 1, 300), deferred=True)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    current: Mapped["Revision | None"] = relationship(
        primaryjoin="Revision.id == foreign(Post.current_id)", viewonly=True, uselist=False
    )
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="post", cascade="all, delete-orphan", order_by="Variant.id"
    )
    media: Mapped[list["Medium"]] = relationship(
        back_populates="post", cascade="all, delete-orphan", order_by="Medium.position"
    )
    labels: Mapped[list[Label]] = relationship(secondary="post_labels", order_by=Label.name)
    campaign: Mapped[Campaign | None] = relationship()


class Variant(Base):
    """The form of a post on one channel. `text` None means the same as base; so does `own_media` False."""

    __tablename__ = "variants"
    __table_args__ = (sa.UniqueConstraint("post_id", "channel_id"),)

    id: Mapped[uuid.UUID] = pk()
    post_id: Mapped[uuid.UUID] = ref("posts.id", cascade=True)
    channel_id: Mapped[uuid.UUID] = ref("channels.id")
    text: Mapped[str | None]
    own_media: Mapped[bool] = mapped_column(default=False)

    post: Mapped[Post] = relationship(back_populates="variants")
    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)


class Medium(Base):
    """A picture in the working copy, of the base (`variant_id` None) or of one variant; or of what follows the text:
    `part` is the name of its field then (`threads/parts.py`), the same on every channel."""

    __tablename__ = "media"

    id: Mapped[uuid.UUID] = pk()
    post_id: Mapped[uuid.UUID] = ref("posts.id", cascade=True)
    variant_id: Mapped[uuid.UUID | None] = ref("variants.id", cascade=True)
    asset_id: Mapped[uuid.UUID] = ref("assets.id")
    part: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int] = mapped_column(default=0)
    alt: Mapped[str] = mapped_column(default="")
    decorative: Mapped[bool] = mapped_column(default=False)

    post: Mapped[Post] = relationship(back_populates="media")
    asset: Mapped[Asset] = relationship(lazy="joined", innerjoin=True)


class Revision(Base):
    """An immutable snapshot of everything that will go out, named by the hash of its content (`revisions.py`)."""

    __tablename__ = "revisions"
    __table_args__ = (sa.UniqueConstraint("post_id", "number"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[dict[str, Any]]
    author_id: Mapped[uuid.UUID] = ref("people.id")
    planned_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)

    author: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Reading(Base):
    """A person has read a revision: the card was visible for two seconds, or they decided on it."""

    __tablename__ = "readings"
    __table_args__ = (sa.UniqueConstraint("person_id", "revision_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    revision_id: Mapped[uuid.UUID] = ref("revisions.id")
    at: Mapped[datetime] = mapped_column(default=times.now)


class Comment(Base):
    """Words beside a post, never part of it. A deleted one keeps its place without words.

    `audience`: "internal" (the default; only the team ever reads it) or "client" (people outside read it too).
    `mentions` holds person ids. `place` is where it points (`talk/places.py`), or None. A guest who wrote one has no
    person: `guest_id` (no foreign key, guests live in a higher room) and the name they gave.
    """

    __tablename__ = "comments"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    person_id: Mapped[uuid.UUID | None] = ref("people.id")
    guest_id: Mapped[uuid.UUID | None]
    guest_name: Mapped[str] = mapped_column(default="", server_default="")
    revision_id: Mapped[uuid.UUID | None] = ref("revisions.id")
    audience: Mapped[str] = mapped_column(sa.String(8), default="internal", server_default="internal")
    text: Mapped[str]
    mentions: Mapped[list[str]] = mapped_column(default=list)
    place: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    deleted_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    solved_by_id: Mapped[uuid.UUID | None] = ref("people.id")

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="joined")

    @property
    def name(self) -> str:
        """Who says it: a person of the company, or a guest by the name they gave."""
        return self.person.name if self.person else self.guest_name
