"""Who must say yes, and who has: workflows, submissions and decisions."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, query_expression, relationship

from webapp import times
from webapp.db import Base, Instant, pk, ref
from webapp.people.models import Person
from webapp.posts.models import Post, Revision

from .guests.models import Guest

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Where a submission without a slot ("as soon as approved") stands among deadlines: after all others."""


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def _unless_a_draft(made: Any) -> datetime | None:
    return times.now() if made.get_current_parameters().get("current", True) else None


def _one_current(scope: str, column: str) -> sa.Index:
    """Nobody and nothing has two workflows that are current."""
    return sa.Index(f"uq_workflows_{scope}", column, unique=True, **_only(f"current AND scope = '{scope}'"))


class Workflow(Base):
    """One version of a way of saying yes. The nearest one that is current applies; posts in flight keep theirs.

    `scope`: whose it is: "organization", "region", "label" or "channel", with the id beside it. All versions of one
    share `line_id`, the id of the first. A draft has no `published_at` and is never current; a line without a current
    version was removed. `stages`: see `workflows/stages.py`. `carries`: the harmless changes ("time", "alt") that a yes
    outlives.
    """

    __tablename__ = "workflows"
    __table_args__ = (
        _one_current("organization", "organization_id"),
        _one_current("region", "region_id"),
        _one_current("label", "label_id"),
        _one_current("channel", "channel_id"),
        sa.Index("uq_workflows_draft", "line_id", unique=True, **_only("published_at IS NULL")),
        sa.Index("ix_workflows_line", "line_id", "version"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    line_id: Mapped[uuid.UUID | None] = mapped_column(default=lambda made: made.get_current_parameters()["id"])
    scope: Mapped[str] = mapped_column(default="organization")
    region_id: Mapped[uuid.UUID | None] = ref("regions.id")
    label_id: Mapped[uuid.UUID | None] = ref("labels.id")
    channel_id: Mapped[uuid.UUID | None] = ref("channels.id")
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    stages: Mapped[list[Any]]
    carries: Mapped[list[str]] = mapped_column(default=list)
    current: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=times.now)
    published_at: Mapped[datetime | None] = mapped_column(default=_unless_a_draft)
    published_by_id: Mapped[uuid.UUID | None] = ref("people.id")


class Submission(Base):
    """A revision sent for approval. Open until it ends; a cleared one ends when nothing of it is left to send.

    `stage` is the position of the first stage with something outstanding (a projection of the decisions, for the
    queue). `deadline` is the slot, or None for "as soon as approved". `outcome`: sent_back, rejected, withdrawn,
    superseded, expired, done. `path` is which stages of the workflow apply to it and why, frozen when it was sent:
    [{"stage": index in the workflow, "why": {"key": ..., words}}]; an empty one means every stage. `summary` is what
    the queue shows of the revision (`summary.py`), made once, since a revision never changes.

    `asks_over`: nobody is asked any more, though it is written down until it is cleared away.
    `waiting_since`: since when the stage it is at waits. `held_at`, `held_until`: the last hold; it is held while that
    is ahead. `steps`: what was done since nobody answered (`life/steps.py`). `editors`: ids of who changed the post for
    this revision.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        sa.Index(
            "ix_submissions_waiting",
            "organization_id",
            "deadline",
            "id",
            **_only("ended_at IS NULL AND cleared_at IS NULL"),
        ),
        sa.Index("ix_submissions_asks_over", "id", **_only("asks_over")),
        sa.Index("ix_submissions_expired", "organization_id", "ended_at", **_only("outcome = 'expired'")),
        sa.Index(
            "uq_submissions_open",
            "post_id",
            unique=True,
            **_only("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    revision_id: Mapped[uuid.UUID] = ref("revisions.id")
    workflow_id: Mapped[uuid.UUID] = ref("workflows.id")
    person_id: Mapped[uuid.UUID] = ref("people.id")
    deadline: Mapped[datetime | None] = mapped_column(Instant())
    stage: Mapped[int] = mapped_column(default=0)
    path: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime] = mapped_column(default=times.now)
    cleared_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    waiting_since: Mapped[datetime] = mapped_column(default=times.now)
    asks_over: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    held_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    steps: Mapped[list[Any]] = mapped_column(default=list)
    editors: Mapped[list[str]] = mapped_column(default=list)

    sort_at: Mapped[datetime] = column_property(sa.func.coalesce(deadline, sa.literal(NEVER, Instant())), deferred=True)
    claimed_by: Mapped[str | None] = query_expression()
    """Who has it now, by name; only where a list asks for it (`life/claims.py`)."""

    @property
    def authors(self) -> frozenset[uuid.UUID]:
        """Whose own work it is: who wrote the post, who sent it, and who changed it for this revision."""
        return frozenset({self.post.author_id, self.person_id, *(uuid.UUID(each) for each in self.editors)})

    @property
    def held(self) -> bool:
        """Whether a hold is on it now: by its date, whoever sweeps."""
        return self.held_until is not None and self.held_until > times.now()

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    revision: Mapped[Revision] = relationship(lazy="joined", innerjoin=True)
    workflow: Mapped[Workflow] = relationship(lazy="joined", innerjoin=True)
    decisions: Mapped[list["Decision"]] = relationship(back_populates="submission", order_by="Decision.id")


class Ask(Base):
    """Somebody's yes is waited for now: one row a person and open submission, made anew by `asking.project`.

    A projection for the queue, counts and messages; nothing is decided from it. `for_id`: in whose name they would say
    it, or None for their own. `stage`: index in the workflow. `sort_at`: the slot, as the queue sorts it. `since`: when
    they were first asked.
    """

    __tablename__ = "asks"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "person_id"),
        sa.Index("ix_asks_queue", "person_id", "organization_id", "sort_at", "submission_id"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id", index=False)
    region_id: Mapped[uuid.UUID] = ref("regions.id", index=False)
    submission_id: Mapped[uuid.UUID] = ref("submissions.id", index=False, cascade=True)
    person_id: Mapped[uuid.UUID] = ref("people.id", index=False)
    for_id: Mapped[uuid.UUID | None] = ref("people.id", index=False)
    stage: Mapped[int]
    sort_at: Mapped[datetime]
    since: Mapped[datetime] = mapped_column(default=times.now)


OVER: sa.ColumnElement[bool] = sa.and_(sa.text("submissions.asks_over"))
"""In the words of the index, or SQLite does not take it."""


def live() -> sa.ColumnElement[bool]:
    """A condition on `Ask`: it is not over. What is over and not cleared away yet is little, and found by its index."""
    return Ask.submission_id.not_in(sa.select(Submission.id).where(OVER))


class Decision(Base):
    """Approve, changes or reject, by a person (perhaps for somebody) or by a guest, on the revision that was read.

    `carried_id`: the yes on an earlier revision that this one stands for, where the workflow lets it outlive a change.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        sa.Index(
            "uq_decisions_standing",
            "submission_id",
            "stage",
            "person_id",
            unique=True,
            **_only("undone_at IS NULL"),
        ),
        sa.Index("uq_decisions_guest", "submission_id", "stage", "guest_id", unique=True, **_only("undone_at IS NULL")),
        sa.CheckConstraint("(person_id IS NULL) <> (guest_id IS NULL)", name="by_one"),
        sa.Index("ix_decisions_person", "person_id", "at"),
        sa.Index("ix_decisions_at", "organization_id", "at", "id"),
    )

    id: Mapped[uuid.UUID] = pk()
    organization_id: Mapped[uuid.UUID] = ref("organizations.id")
    region_id: Mapped[uuid.UUID] = ref("regions.id")
    submission_id: Mapped[uuid.UUID] = ref("submissions.id")
    post_id: Mapped[uuid.UUID] = ref("posts.id")
    revision_id: Mapped[uuid.UUID] = ref("revisions.id")
    stage: Mapped[int]
    person_id: Mapped[uuid.UUID | None] = ref("people.id")
    guest_id: Mapped[uuid.UUID | None] = ref("guests.id")
    for_id: Mapped[uuid.UUID | None] = ref("people.id")
    carried_id: Mapped[uuid.UUID | None] = ref("decisions.id", index=False)
    verdict: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=times.now)
    tapped_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    @property
    def by_id(self) -> uuid.UUID:
        """Whose it is: a person's, or a guest's."""
        found = self.person_id or self.guest_id
        assert found
        return found

    @property
    def name(self) -> str:
        """Who decided, as people call them."""
        return self.person.name if self.person else self.guest.name if self.guest else ""

    @property
    def waited(self) -> datetime | None:
        """When it was tapped, if it then waited on the phone for over a minute."""
        late = self.tapped_at is not None and self.at - self.tapped_at > timedelta(minutes=1)
        return self.tapped_at if late else None

    submission: Mapped[Submission] = relationship(back_populates="decisions")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="joined")
    guest: Mapped[Guest | None] = relationship(lazy="selectin")
    whom: Mapped[Person | None] = relationship(foreign_keys=[for_id], lazy="joined")


class Recount(Base):
    """An organization in which people or roles changed: what is open is counted again, after `after` still to do."""

    __tablename__ = "recounts"

    organization_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organizations.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(default=times.now)
    after: Mapped[uuid.UUID | None]
