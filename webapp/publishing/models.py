"""One variant on its way to one channel, each try, and the switch that stops it."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.channels.models import Channel
from webapp.db import Base, Json, pk, ref
from webapp.posts.models import Post, Revision


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class Delivery(Base):
    """`planned_at` is the slot; `due_at` when the next try may start (later after a retry). States: `lifecycle.py`.

    A claim is a lease (`owner`, `lease_until`) with a fencing `token` that grows at each claim: whoever settles must
    show the token. `key` is stable over all tries and is what the network sees as idempotency or record key.
    `probe_at`: when an unknown outcome is looked up next (None: a person looks). `released_at`: when a person decided
    to send it late; `release_at`: for when, if not at once. `edits_id`: the published delivery that this one changes.
    `delete_at`: when it is next asked to be removed from the network. `stage_at`: when its pictures may next be handed
    over ahead (a lease while somebody does), `stages` the number of that claim, `staged` what the network gave, sealed
    (`staged.py`). `part`: how many parts of a thread are out, `out` what the network said of each (`threads.py`); both
    stay empty for a post without further parts.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        sa.UniqueConstraint("revision_id", "channel_id"),
        sa.Index("ix_deliveries_due", "due_at", **_only("state = 'scheduled'")),
        sa.Index("ix_deliveries_leased", "lease_until", **_only("state = 'sending'")),
        sa.Index("ix_deliveries_probe", "probe_at", **_only("state = 'unknown'")),
        sa.Index("ix_deliveries_delete", "delete_at", **_only("delete_at IS NOT NULL")),
        sa.Index(
            "ix_deliveries_trouble",
            "organization_id",
            "state",
            **_only("state IN ('failed','unknown','held')"),
        ),
        sa.Index("ix_deliveries_channel", "channel_id", "state", "published_at"),
        sa.Index("ix_deliveries_planned", "channel_id", "planned_at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    revision_id: Mapped[uuid.UUID] = ref("revisions.id")
    channel_id: Mapped[uuid.UUID] = ref("channels.id", index=False)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="scheduled")
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    probes: Mapped[int] = mapped_column(default=0)
    probe_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    edits_id: Mapped[uuid.UUID | None] = ref("deliveries.id")
    delete_at: Mapped[datetime | None]
    stage_at: Mapped[datetime | None]
    stages: Mapped[int] = mapped_column(default=0, server_default="0")
    staged: Mapped[str] = mapped_column(default="", server_default="")
    part: Mapped[int] = mapped_column(default=0, server_default="0")
    out: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default="[]")
    problem: Mapped[str] = mapped_column(default="")
    problem_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    held_by: Mapped[str] = mapped_column(default="")
    remote_id: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    published_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    revision: Mapped[Revision] = relationship(lazy="joined", innerjoin=True)
    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)
    attempts: Mapped[list["Attempt"]] = relationship(back_populates="delivery", order_by="Attempt.number")


class Attempt(Base):
    """One try, written and committed before the network is called. `kind`: send, edit, probe or delete. `part`: of
    which part of a thread (0: the post itself).

    `outcome` is empty while it is under way, then a state of the delivery, `retry`, `lost` (its worker vanished) or
    `absent` (a probe found nothing).
    """

    __tablename__ = "attempts"
    __table_args__ = (sa.UniqueConstraint("delivery_id", "number"),)

    id: Mapped[uuid.UUID] = pk()
    delivery_id: Mapped[uuid.UUID] = ref("deliveries.id", cascade=True)
    number: Mapped[int]
    token: Mapped[int]
    kind: Mapped[str] = mapped_column(default="send")
    part: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime] = mapped_column(default=times.now)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)

    delivery: Mapped[Delivery] = relationship(back_populates="attempts")


class Pause(Base):
    """Posting stopped at once in a scope: a region and all below it, or one channel. The root region is everything."""

    __tablename__ = "pauses"
    __table_args__ = (sa.Index("ix_pauses_active", "organization_id", **_only("ended_at IS NULL")),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    channel_id: Mapped[uuid.UUID | None] = ref("channels.id")
    reason: Mapped[str] = mapped_column(default="")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    at: Mapped[datetime] = mapped_column(default=times.now)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = ref("people.id")
