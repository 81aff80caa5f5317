"""Regions in which deadlines are to be counted again."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deadline_recounts",
        sa.Column("region_id", sa.Uuid(), sa.ForeignKey("regions.id"), primary_key=True),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("after", sa.Uuid()),
        sa.Column("moved", sa.Integer(), nullable=False),
    )
    op.create_index("ix_deadline_recounts_organization_id", "deadline_recounts", ["organization_id"])


def downgrade() -> None:
    op.drop_table("deadline_recounts")
