"""A connected profile on one network, owned by a region, and the consent under way that leads to one."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Region


class Channel(Base):
    """`health`: connected or reconnect (why: `problem`, since: `problem_at`). `secrets` is sealed by the vault.

    `problem` is a marked sentence in the user's words with its `problem_params`: show it by `_(problem, **params)`.
    `owner_id` is the person who is told about failures. `slug` is the public name of a Site feed. More than
    `pace_posts` posts within `pace_hours` hours are too many (a warning).
    """

    __tablename__ = "channels"
    __table_args__ = (
        sa.UniqueConstraint("organization_id", "network", "server", "remote_id"),
        sa.Index("uq_channels_slug", "slug", unique=True),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    owner_id: Mapped[uuid.UUID | None] = ref("people.id")
    network: Mapped[str]
    server: Mapped[str] = mapped_column(default="")
    remote_id: Mapped[str]
    handle: Mapped[str]
    name: Mapped[str]
    slug: Mapped[str | None]
    secrets: Mapped[str] = mapped_column(default="")
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pace_posts: Mapped[int] = mapped_column(default=2)
    pace_hours: Mapped[int] = mapped_column(default=2)
    health: Mapped[str] = mapped_column(default="connected")
    problem: Mapped[str] = mapped_column(default="")
    problem_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class Consent(Base):
    """An OAuth journey: bound to person, session, network and server; its state is spent once.

    `owner_id` will own the new channel; `channel_id` is the one to reconnect.

    After the callback `profile` holds the sealed answer until the person presses "Connect @name".
    """

    __tablename__ = "consents"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    session_id: Mapped[uuid.UUID]
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    channel_id: Mapped[uuid.UUID | None] = ref("channels.id")
    owner_id: Mapped[uuid.UUID | None] = ref("people.id")
    network: Mapped[str]
    state_hash: Mapped[str] = mapped_column(unique=True)
    kept: Mapped[str]
    profile: Mapped[str] = mapped_column(default="")
    registration_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    returned_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Registration(Base):
    """Nod as an app at one server, for one return address. `server` as typed; `kept` is sealed by the vault.

    `out_since`: when the journey began that has not come back yet; None after one that came back.
    """

    __tablename__ = "registrations"
    __table_args__ = (sa.UniqueConstraint("organization_id", "network", "server", "redirect_uri"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    network: Mapped[str]
    server: Mapped[str]
    redirect_uri: Mapped[str]
    kept: Mapped[str]
    out_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
