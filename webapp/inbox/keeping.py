"""What the inbox keeps beside its conversations: who is at one, where fetching stands, blocked words, reply targets."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, OptionalJson, pk, ref
from webapp.people.models import Person


def _one(name: str, column: str, null: str) -> sa.Index:
    """One row for each `column` where `null` is not set: NULLs are never equal to a unique constraint."""
    only = sa.text(f"{null} IS NULL")
    return sa.Index(name, column, unique=True, postgresql_where=only, sqlite_where=only)


class Presence(Base):
    """Somebody is typing in a conversation, or has claimed it; both expire by themselves."""

    __tablename__ = "presences"
    __table_args__ = (sa.UniqueConstraint("conversation_id", "person_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    conversation_id: Mapped[uuid.UUID] = ref("conversations.id", index=False, cascade=True)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    typing_until: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class InboxCursor(Base):
    """Where the fetching of a channel stands. A claim is a lease with a fencing token, as with deliveries.

    `cursor` is the network's own. `last_ok_at`: the last fetch that worked; `last_new_at`: the last that brought
    something. `problem`: why the last one failed, a marked sentence with its `problem_params`.
    """

    __tablename__ = "inbox_cursors"
    __table_args__ = (sa.UniqueConstraint("channel_id"), sa.Index("ix_inbox_cursors_next", "next_at"))

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    cursor: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    next_at: Mapped[datetime] = mapped_column(default=times.now)
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    last_ok_at: Mapped[datetime | None]
    last_new_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    problem_params: Mapped[dict[str, Any]] = mapped_column(default=dict)


class BlockedWords(Base):
    """Words that make a message spam, one a line; everywhere when there is no region."""

    __tablename__ = "blocked_words"
    __table_args__ = (
        sa.UniqueConstraint("organization_id", "region_id"),
        _one("uq_blocked_words_everywhere", "organization_id", "region_id"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID | None] = ref("regions.id", index=False)
    words: Mapped[str] = mapped_column(default="")


class DeadlineRecount(Base):
    """A region in which reply times, hours or free days changed: what waits there and below is counted again.

    `after`: the conversation up to which that is done; `moved`: how many had another deadline so far.
    """

    __tablename__ = "deadline_recounts"

    region_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("regions.id"), primary_key=True)
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    asked_at: Mapped[datetime] = mapped_column(default=times.now)
    after: Mapped[uuid.UUID | None]
    moved: Mapped[int] = mapped_column(default=0)


class ReplyTarget(Base):
    """How many minutes of the region's working time an answer may take; a channel's own beats its region's."""

    __tablename__ = "reply_targets"
    __table_args__ = (
        sa.UniqueConstraint("region_id", "channel_id"),
        _one("uq_reply_targets_region", "region_id", "channel_id"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    channel_id: Mapped[uuid.UUID | None] = ref("channels.id")
    minutes: Mapped[int]
