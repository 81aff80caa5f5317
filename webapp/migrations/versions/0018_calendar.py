"""The calendar: own days, targets, slots of channels, feeds, plans a zone's change moved; posts found by their slot."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
_OPEN = sa.text("answered_at IS NULL")
_HERE = sa.text("deleted_at IS NULL")


def _id(name: str, target: str, **more: object) -> sa.Column[object]:
    key = sa.ForeignKey(target, ondelete=more.pop("ondelete", None))  # type: ignore[arg-type]
    return sa.Column(name, sa.Uuid(), key, nullable=bool(more.get("nullable", False)))


def upgrade() -> None:
    op.create_table(
        "own_days",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant()),
    )
    op.create_index("ix_own_days_region_id", "own_days", ["region_id"])
    op.create_index("ix_own_days_span", "own_days", ["organization_id", "last", "first"])
    op.create_table(
        "targets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        sa.Column("posts_a_week", sa.Integer(), nullable=False),
        sa.Column("most_a_day", sa.Integer(), nullable=False),
        sa.Column("silence_hours", sa.Integer(), nullable=False),
        sa.UniqueConstraint("region_id"),
    )
    op.create_index("ix_targets_organization_id", "targets", ["organization_id"])
    op.create_table(
        "channel_slots",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("channel_id", "channels.id", ondelete="CASCADE"),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("wall", sa.String(5), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.UniqueConstraint("channel_id", "weekday", "wall"),
    )
    op.create_index("ix_channel_slots_organization_id", "channel_slots", ["organization_id"])
    _feeds_and_plans()
    op.create_index(
        "ix_posts_calendar",
        "posts",
        ["region_id", "slot_at", "state"],
        postgresql_where=_HERE,
        sqlite_where=_HERE,
    )


def _feeds_and_plans() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("person_id", "people.id"),
        _id("region_id", "regions.id", nullable=True),
        _id("campaign_id", "campaigns.id", nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.UniqueConstraint("token_hash"),
    )
    for name in ("organization_id", "person_id", "region_id", "campaign_id"):
        op.create_index(f"ix_calendar_feeds_{name}", "calendar_feeds", [name])
    op.create_table(
        "shifted_plans",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        _id("post_id", "posts.id", ondelete="CASCADE"),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("wall", sa.Text(), nullable=False),
        sa.Column("planned_at", Instant(), nullable=False),
        sa.Column("would_be_at", Instant()),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.UniqueConstraint("post_id"),
    )
    op.create_index("ix_shifted_plans_region_id", "shifted_plans", ["region_id"])
    op.create_index(
        "ix_shifted_plans_open", "shifted_plans", ["organization_id"], postgresql_where=_OPEN, sqlite_where=_OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_posts_calendar", "posts")
    for table in ("shifted_plans", "calendar_feeds", "channel_slots", "targets", "own_days"):
        op.drop_table(table)
