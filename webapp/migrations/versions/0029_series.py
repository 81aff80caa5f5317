"""Posts that repeat, and their days."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _id(name: str, target: str, **more: object) -> sa.Column[object]:
    key = sa.ForeignKey(target, ondelete=more.pop("ondelete", None))  # type: ignore[arg-type]
    return sa.Column(name, sa.Uuid(), key, nullable=bool(more.get("nullable", False)))


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        _id("person_id", "people.id"),
        _id("template_id", "posts.id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("wall", sa.String(5), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("most", sa.Integer()),
        sa.Column("made_until", sa.Date(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("stopped_at", Instant()),
    )
    for name in ("organization_id", "region_id", "person_id", "template_id", "made_until"):
        op.create_index(f"ix_series_{name}", "series", [name])
    op.create_table(
        "occurrences",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        _id("series_id", "series.id", ondelete="CASCADE"),
        sa.Column("day", sa.Date(), nullable=False),
        _id("post_id", "posts.id", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("skipped_at", Instant()),
        sa.UniqueConstraint("series_id", "day"),
        sa.UniqueConstraint("post_id"),
    )
    for name in ("organization_id", "region_id"):
        op.create_index(f"ix_occurrences_{name}", "occurrences", [name])


def downgrade() -> None:
    op.drop_table("occurrences")
    op.drop_table("series")
