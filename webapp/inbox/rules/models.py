"""A rule of the inbox, and each state it had."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person, Region

Rows = list[dict[str, Any]]
"""Conditions or actions as they are stored: {"key": ..., "of": [...]} each."""


class InboxRule(Base):
    """When all of `conditions` hold, do all of `actions`, in its region and every region below.

    `place` orders the rules of a region. `every`: on each new message, else on the first of a conversation only.
    `on_at`: since when it acts; None while it is off, as a new or changed one is until somebody looked at its trial.
    """

    __tablename__ = "inbox_rules"
    __table_args__ = (sa.Index("ix_inbox_rules_region", "region_id", "place"),)

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    name: Mapped[str]
    place: Mapped[int]
    conditions: Mapped[list[Any]]
    actions: Mapped[list[Any]]
    every: Mapped[bool] = mapped_column(default=False)
    on_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    removed_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)


class InboxRuleVersion(Base):
    """How a rule was after a change, and who made it."""

    __tablename__ = "inbox_rule_versions"
    __table_args__ = (sa.UniqueConstraint("rule_id", "version"),)

    id: Mapped[uuid.UUID] = pk()
    rule_id: Mapped[uuid.UUID] = ref("inbox_rules.id", index=False, cascade=True)
    version: Mapped[int]
    name: Mapped[str]
    conditions: Mapped[list[Any]]
    actions: Mapped[list[Any]]
    every: Mapped[bool]
    by_id: Mapped[uuid.UUID | None] = ref("people.id")
    at: Mapped[datetime] = mapped_column(default=times.now)

    by: Mapped[Person | None] = relationship(lazy="joined")
