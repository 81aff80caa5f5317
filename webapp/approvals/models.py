"""Who must say yes, and who has: workflows, submissions and decisions."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp import times
from webapp.db import Base, pk, ref
from webapp.people.models import Person
from webapp.posts.models import Post, Revision


class Workflow(Base):
    """One version of a way of saying yes. The nearest region's current one applies; posts in flight keep theirs.

    `stages` is an ordered list of {"name", "permission", "needed" ("any" | "all" | number), "author_may"}.
    """

    __tablename__ = "workflows"

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID | None] = ref("regions.id")
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    stages: Mapped[list[Any]]
    current: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)


class Submission(Base):
    """A revision sent for approval. Open until it ends: cleared ones end when sent, expired, superseded or undone.

    `stage` is the position of the first stage with something outstanding (a projection of the decisions, for the
    queue). `deadline` is the slot, or None for "as soon as approved". `outcome`: sent_back, rejected, withdrawn,
    superseded, expired, done.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        sa.Index(
            "ix_submissions_waiting",
            "organization_id",
            "deadline",
            "id",
            postgresql_where=sa.text("ended_at IS NULL AND cleared_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL AND cleared_at IS NULL"),
        ),
        sa.Index(
            "uq_submissions_open",
            "post_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    revision_id: Mapped[uuid.UUID] = ref("revisions.id")
    workflow_id: Mapped[uuid.UUID] = ref("workflows.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    deadline: Mapped[datetime | None]
    stage: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=times.now)
    cleared_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    revision: Mapped[Revision] = relationship(lazy="joined", innerjoin=True)
    workflow: Mapped[Workflow] = relationship(lazy="joined", innerjoin=True)
    decisions: Mapped[list["Decision"]] = relationship(back_populates="submission", order_by="Decision.id")


class Decision(Base):
    """Approve, changes or reject, by a person (perhaps for somebody), on the revision that was read."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.Index(
            "uq_decisions_standing",
            "submission_id",
            "stage",
            "person_id",
            unique=True,
            postgresql_where=sa.text("undone_at IS NULL"),
            sqlite_where=sa.text("undone_at IS NULL"),
        ),
        sa.Index("ix_decisions_person", "person_id", "at"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    submission_id: Mapped[uuid.UUID] = ref("submissions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    revision_id: Mapped[uuid.UUID] = ref("revisions.id")
    stage: Mapped[int]
    person_id: Mapped[uuid.UUID] = ref("people.id")
    for_id: Mapped[uuid.UUID | None] = ref("people.id")
    verdict: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=times.now)
    tapped_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(back_populates="decisions")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
