"""Ideas: what may become a post."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(target), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "ideas",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        _id("author_id", "people.id"),
        _id("campaign_id", "campaigns.id", nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
    )
    op.create_index("ix_ideas_board", "ideas", ["organization_id", "archived_at", "updated_at"])
    for name in ("region_id", "author_id", "campaign_id", "post_id"):
        op.create_index(f"ix_ideas_{name}", "ideas", [name])


def downgrade() -> None:
    op.drop_table("ideas")
