"""Post templates: what a post says, kept under a name."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(target), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "post_templates",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("region_id", "regions.id"),
        _id("person_id", "people.id"),
        _id("owner_id", "people.id", nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
    )
    op.create_index("ix_post_templates_list", "post_templates", ["organization_id", "updated_at"])
    for name in ("region_id", "person_id", "owner_id"):
        op.create_index(f"ix_post_templates_{name}", "post_templates", [name])


def downgrade() -> None:
    op.drop_table("post_templates")
