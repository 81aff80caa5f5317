"""What the calendar knows besides posts: own days, targets, slots of channels, feeds, plans that a zone moved."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.channels.models import Channel
from webapp.db import Base, pk, ref
from webapp.people.models import Person, Region


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class OwnDay(Base):
    """A day (or days, both ends included) that a company keeps: in a region and every region below it.

    `kind`: launch, blackout (nothing should go out) or mourning. Days are those of each region's own calendar.
    `uid`: which event of a calendar file it came from and which of its times (`importing/`), so that it is one day; ""
    for a day that somebody typed. `import_id`: the import that added it (no foreign key: undoing only looks).
    """

    __tablename__ = "own_days"
    __table_args__ = (sa.Index("ix_own_days_span", "organization_id", "last", "first"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    kind: Mapped[str]
    name: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    uid: Mapped[str] = mapped_column(default="", server_default="")
    import_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class DayImport(Base):
    """A calendar file that was taken into a region. `before`: what the days it changed were, so that they can be so
    again: id, kind, name, first, last."""

    __tablename__ = "day_imports"
    __table_args__ = (sa.Index("ix_day_imports_mine", "person_id", "organization_id", "id"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    name: Mapped[str] = mapped_column(default="")
    added: Mapped[int] = mapped_column(default=0)
    before: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    undone_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class Wishes:
    """0 is no wish. `silence_hours`: the longest time without a post in the market hours of a region."""

    posts_a_week: Mapped[int] = mapped_column(default=0)
    most_a_day: Mapped[int] = mapped_column(default=0)
    silence_hours: Mapped[int] = mapped_column(default=0)


class Target(Wishes, Base):
    """What a region wants of its calendar, and every region below it that says nothing (`gaps/nearest.py`)."""

    __tablename__ = "targets"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("regions.id"), unique=True)

    region: Mapped[Region] = relationship()


class ChannelTarget(Wishes, Base):
    """What is wanted on a channel, in place of what its region wants."""

    __tablename__ = "channel_targets"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    channel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("channels.id", ondelete="CASCADE"), unique=True)

    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)


class ChannelSlot(Base):
    """A good time of a channel: an ISO weekday and a wall time (`HH:MM`) in the zone of its region."""

    __tablename__ = "channel_slots"
    __table_args__ = (sa.UniqueConstraint("channel_id", "weekday", "wall"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    channel_id: Mapped[uuid.UUID] = ref("channels.id", cascade=True, index=False)
    weekday: Mapped[int]
    wall: Mapped[str] = mapped_column(sa.String(5))
    name: Mapped[str] = mapped_column(default="")


class CalendarFeed(Base):
    """A secret address from which a calendar app reads what its person may see, perhaps only a region or a campaign.

    The address holds a random token, this row its keyed hash, and the token sealed: its person may see it again.
    `ended_at`: since when it answers nothing.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    region_id: Mapped[uuid.UUID | None] = ref("regions.id")
    campaign_id: Mapped[uuid.UUID | None] = ref("campaigns.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ShiftedPlan(Base):
    """A plan whose wall time and instant no longer belong together, because the zone's rules changed since.

    Nothing moves by itself: `planned_at` still counts until somebody answers (`answer`: instant or wall).
    """

    __tablename__ = "shifted_plans"
    __table_args__ = (sa.Index("ix_shifted_plans_open", "organization_id", **_only("answered_at IS NULL")),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("posts.id", ondelete="CASCADE"), unique=True)
    zone: Mapped[str]
    wall: Mapped[str]
    planned_at: Mapped[datetime]
    would_be_at: Mapped[datetime | None]
    found_at: Mapped[datetime] = mapped_column(default=times.now)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
