"""Conversations with people on the networks: who they are, what was written, and where the fetching of it stands.

Every table is filled by the poller in any order of arrival and any number of times; (channel, remote id) is what makes
a message one message.
"""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.channels.models import Channel
from webapp.db import Base, OptionalJson, pk, ref
from webapp.people.models import Person

from .keeping import BlockedWords, InboxCursor, Presence, ReplyTarget

__all__ = ["Author", "BlockedWords", "Conversation", "ConversationLabel", "InboxCursor", "Message", "Note", "Presence"]
__all__ += ["ReplyTarget"]


COUNTED = ("organization_id", "is_spam", "assignee_id", "snoozed_until", "region_id")
"""All that the counts of open conversations look at, so that they read nothing but the index."""


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class Author(Base):
    """Somebody there, the same in every channel of the organization. `note` is for the team and never goes out.

    `blocked_at`: what they write is filed as spam. `erased_at`: name, texts and note were erased on request; the row
    stays, so that what they write later is not joined with what was erased by accident.
    """

    __tablename__ = "authors"
    __table_args__ = (sa.UniqueConstraint("organization_id", "network", "server", "remote_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    network: Mapped[str]
    server: Mapped[str] = mapped_column(default="")
    remote_id: Mapped[str]
    handle: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    avatar_url: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    blocked_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime] = mapped_column(default=times.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=times.now)


class Conversation(Base):
    """A thread of messages with people there. `state`: "open", "done", or "merged" (into `merged_id`, never listed).

    `kind`: "comment" (under a post of ours), "mention", "review" or "direct". `root_remote_id` is its first message.
    `unanswered` counts what people wrote since our last answer; while it is not 0 the conversation waits and has a
    `due_at`, unless it is spam. `warned_at`: when somebody was told that it is nearly late, once for each `due_at`.
    `spam_by`: who says so, "rule" or "person" (whose word stays), None while nobody does.
    `handled_at`: until when everything was dealt with, when something new opened it again.
    `ruled`: which rules acted on it, what they did and which canned reply they suggest (`rules/actions.py`).
    `sort_at` orders every list, always ascending (`deadlines.sort_at`): waiting ones by deadline, then the others with
    the newest first. Whoever changes `due_at` or `last_at` sets it.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        sa.UniqueConstraint("channel_id", "root_remote_id"),
        sa.Index("ix_conversations_segment", "organization_id", "state", "sort_at", "id"),
        sa.Index("ix_conversations_mine", "assignee_id", "state", "sort_at", "id"),
        sa.Index("ix_conversations_region", "region_id", "state", "sort_at", "id"),
        sa.Index("ix_conversations_open", *COUNTED, **_only("state = 'open'")),
        sa.Index("ix_conversations_last", "organization_id", "last_at"),
        sa.Index("ix_conversations_warn", "due_at", **_only("due_at IS NOT NULL AND warned_at IS NULL")),
        sa.Index("ix_conversations_snoozed", "snoozed_until", **_only("snoozed_until IS NOT NULL")),
        sa.Index("ix_conversations_author", "author_id", "last_at"),
        sa.Index("ix_conversations_post", "post_id", **_only("post_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    kind: Mapped[str] = mapped_column(default="comment")
    root_remote_id: Mapped[str]
    post_id: Mapped[uuid.UUID | None] = ref("posts.id", index=False)
    delivery_id: Mapped[uuid.UUID | None] = ref("deliveries.id", index=False)
    author_id: Mapped[uuid.UUID | None] = ref("authors.id", index=False)
    url: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    merged_id: Mapped[uuid.UUID | None]
    done_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    done_by_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    assignee_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    assigned_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    snooze_zone: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="")
    is_question: Mapped[bool] = mapped_column(default=False)
    is_spam: Mapped[bool] = mapped_column(default=False)
    spam_by: Mapped[str | None]
    last_at: Mapped[datetime] = mapped_column(default=times.now)
    last_text: Mapped[str] = mapped_column(default="")
    unanswered: Mapped[int] = mapped_column(default=0)
    sort_at: Mapped[datetime]
    ruled: Mapped[list[Any] | None] = mapped_column(OptionalJson)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=times.now)

    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[Author | None] = relationship(lazy="joined")
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id], lazy="joined")


class Message(Base):
    """One thing that was said. `side`: "in" (by them) or "out" (by us; `by_id` is None when it was written there).

    Edits and deletions are states: `edited_at`, and `deleted_at` when the original is gone (the text stays for the
    team). `handle` is what the network needs to answer it. `likes`: as often as it was liked at the last look, None
    where the network never said. `attachments`: dicts of kind, url, alt, mime, width and height, shown through our own
    proxy only. `words` is what search reads (`searching.py`).
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.UniqueConstraint("channel_id", "remote_id"),
        sa.Index("ix_messages_thread", "conversation_id", "at", "id"),
        sa.Index("ix_messages_recent", "organization_id", "at"),
        sa.Index("ix_messages_author", "author_id", "at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    conversation_id: Mapped[uuid.UUID] = ref("conversations.id", index=False)
    remote_id: Mapped[str]
    parent_remote_id: Mapped[str] = mapped_column(default="")
    author_id: Mapped[uuid.UUID | None] = ref("authors.id", index=False)
    side: Mapped[str] = mapped_column(default="in")
    by_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    text: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    is_question: Mapped[bool] = mapped_column(default=False)
    is_spam: Mapped[bool] = mapped_column(default=False)
    url: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    liked_at: Mapped[datetime | None]
    likes: Mapped[int | None]
    handle: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    words: Mapped[str] = mapped_column(default="", server_default="", deferred=True)
    first_seen_at: Mapped[datetime] = mapped_column(default=times.now)

    author: Mapped[Author | None] = relationship(lazy="joined")
    by: Mapped[Person | None] = relationship(lazy="joined")


class Note(Base):
    """Words for the team beside a conversation. Another table than replies: it can never go out.

    `mentions` holds person ids. A deleted one keeps its place without words.
    """

    __tablename__ = "notes"
    __table_args__ = (sa.Index("ix_notes_thread", "conversation_id", "created_at"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    conversation_id: Mapped[uuid.UUID] = ref("conversations.id", index=False)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    text: Mapped[str]
    mentions: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    deleted_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ConversationLabel(Base):
    """A label on a conversation; the labels are those of posts."""

    __tablename__ = "conversation_labels"

    conversation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    label_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("labels.id"), primary_key=True, index=True)
