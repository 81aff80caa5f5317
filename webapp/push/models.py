"""What a person is told, the devices that want to hear it, and each message on its way to a device."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import SignIn


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class Notification(Base):
    """One row per person and thing, whatever the device or the retries.

    `thing` names what it is about (`post.submitted:<event>`); with the person and organization it is unique. `how`: the
    person's wish when it was made (push, mail, digest, off). `push_at`: when to look whether to push it (None: not, or
    done). `lead_id`: the notification whose message carried this one, itself for the first of a bundle; `tag`: under
    which name that message stands on the device. `mail_at`: when to mail it (None: not by mail); claimed by lease, at
    most once per person and thing.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("organization_id", "person_id", "thing"),
        sa.Index("ix_notifications_to_mail", "mail_at", **_only("mailed_at IS NULL")),
        sa.Index("ix_notifications_to_push", "push_at", **_only("push_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    kind: Mapped[str]
    thing: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    region_id: Mapped[uuid.UUID | None] = ref("regions.id")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    how: Mapped[str] = mapped_column(default="mail")
    push_at: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]
    lead_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    tag: Mapped[str] = mapped_column(default="")
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")


class Subscription(Base):
    """A device that wants to be pushed: bound to its sign-in, which also says the organization it acts in.

    `endpoint_hash` finds it; `sealed` holds its address and keys, which open only in this row. `service` is the host of
    its push service. `synced_at`: when the app last started there. `shown_at`, `lag_ms`: the last message that the
    device confirmed, and how long it took. `silent_since`: when the first message left that was not confirmed.
    """

    __tablename__ = "push_subscriptions"

    id: Mapped[uuid.UUID] = pk()
    person_id: Mapped[uuid.UUID] = ref("people.id")
    session_id: Mapped[uuid.UUID] = ref("sessions.id", index=False, cascade=True, unique=True)
    endpoint_hash: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[str]
    service: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    installed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    synced_at: Mapped[datetime] = mapped_column(default=times.now)
    shown_at: Mapped[datetime | None]
    lag_ms: Mapped[int] = mapped_column(default=0)
    silent_since: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")

    sign_in: Mapped[SignIn] = relationship(lazy="joined", innerjoin=True)


class Push(Base):
    """One message on its way to one device: claimed by lease, settled by its token, at least once.

    `due_at`: when to try (None: it has ended). `critical`: mailed when no device confirms it in time. `sent_at`: the
    push service took it. `shown_at`: the device confirmed it. The approval that it may carry is for `revision_id` with
    `revision_hash`; a reply that may be typed in it is for `message_id`, `seen` being the mark of how the conversation
    stood. `approve_hash` is the keyed hash of the token of either, spent at `used_at`.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "subscription_id"),
        sa.Index("ix_pushes_due", "due_at", **_only("due_at IS NOT NULL")),
        sa.Index("ix_pushes_device", "subscription_id", "created_at"),
        sa.Index("ix_pushes_person", "person_id", "created_at"),
        sa.Index("ix_pushes_unseen", "sent_at", **_only("critical AND shown_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    notification_id: Mapped[uuid.UUID] = ref("notifications.id", index=False, cascade=True)
    subscription_id: Mapped[uuid.UUID] = ref("push_subscriptions.id", index=False, cascade=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    critical: Mapped[bool] = mapped_column(default=False)
    revision_id: Mapped[uuid.UUID | None] = ref("revisions.id", index=False)
    revision_hash: Mapped[str] = mapped_column(default="")
    message_id: Mapped[uuid.UUID | None]
    seen: Mapped[str] = mapped_column(default="")
    approve_hash: Mapped[str | None] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]
