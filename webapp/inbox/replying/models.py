"""What we say back in a conversation, each try of it, and the words that somebody has begun to write."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.channels.models import Channel
from webapp.db import Base, pk, ref
from webapp.inbox.models import Conversation, Message
from webapp.people.models import Person


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class Reply(Base):
    """One thing we do there. `kind`: reply, like, unlike, hide, unhide or delete; states: `states.py`.

    `key` is the tap's: the same tap twice is one row. Towards the network the row's own id is the key and `created_at`
    the instant, both the same over all tries. `due_at`: when it may leave (until then it is undone without a trace
    there). `sure`: a person knows that somebody else has answered and sends it all the same. `held_by` says why it
    waits for a person: answered, pause, channel. `canned`: ids of the canned replies that were put in; `pictures`: the
    renditions that go out with it, as a revision holds them (`canned/pictures/going.py`), the same over all tries.
    """

    __tablename__ = "replies"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index("ix_replies_due", "due_at", **_only("state = 'waiting'")),
        sa.Index("ix_replies_leased", "lease_until", **_only("state = 'sending'")),
        sa.Index("ix_replies_probe", "probe_at", **_only("state = 'unknown'")),
        sa.Index("ix_replies_thread", "conversation_id", "created_at"),
        sa.Index("ix_replies_trouble", "organization_id", "state", **_only("state IN ('failed','unknown','held')")),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    conversation_id: Mapped[uuid.UUID] = ref("conversations.id", index=False)
    message_id: Mapped[uuid.UUID] = ref("messages.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    kind: Mapped[str] = mapped_column(default="reply")
    text: Mapped[str] = mapped_column(default="")
    key: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    due_at: Mapped[datetime]
    sure: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    probes: Mapped[int] = mapped_column(default=0)
    probe_at: Mapped[datetime | None]
    held_by: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    problem_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    remote_id: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    canned: Mapped[list[str]] = mapped_column(default=list)
    pictures: Mapped[list[Any]] = mapped_column(default=list)

    conversation: Mapped[Conversation] = relationship(lazy="joined", innerjoin=True)
    message: Mapped[Message] = relationship(lazy="joined", innerjoin=True)
    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ReplyAttempt(Base):
    """One try, written and committed before the network is called. `kind`: send or probe.

    `outcome` is empty while it is under way, then a state of the reply, `retry`, `lost` or `absent`.
    """

    __tablename__ = "reply_attempts"
    __table_args__ = (sa.UniqueConstraint("reply_id", "number"),)

    id: Mapped[uuid.UUID] = pk()
    reply_id: Mapped[uuid.UUID] = ref("replies.id", index=False, cascade=True)
    number: Mapped[int]
    token: Mapped[int]
    kind: Mapped[str] = mapped_column(default="send")
    started_at: Mapped[datetime] = mapped_column(default=times.now)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ReplyDraft(Base):
    """What somebody has begun to write in a conversation; each person has their own. `canned`: ids as in a reply;
    `without`: ids of pictures of those that are left out."""

    __tablename__ = "reply_drafts"
    __table_args__ = (sa.UniqueConstraint("conversation_id", "person_id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    conversation_id: Mapped[uuid.UUID] = ref("conversations.id", index=False, cascade=True)
    person_id: Mapped[uuid.UUID] = ref("people.id")
    text: Mapped[str] = mapped_column(default="")
    canned: Mapped[list[str]] = mapped_column(default=list)
    without: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=times.now)
