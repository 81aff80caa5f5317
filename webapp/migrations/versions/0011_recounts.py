"""Recounts are written down and done by a job: many changes at once are one, and the trail does not wait for them."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recounts",
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), primary_key=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("recounts")
