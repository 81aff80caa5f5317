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
    # who is asked about what waits already is written down a moment after the upgrade
    op.execute(
        "INSERT INTO recounts (organization_id, asked_at)"
        " SELECT DISTINCT organization_id, TIMESTAMP '2026-01-01 00:00:00' FROM submissions WHERE ended_at IS NULL"
        if op.get_bind().dialect.name == "postgresql"
        else "INSERT INTO recounts (organization_id, asked_at)"
        " SELECT DISTINCT organization_id, '2026-01-01 00:00:00.000000' FROM submissions WHERE ended_at IS NULL"
    )


def downgrade() -> None:
    op.drop_table("recounts")
