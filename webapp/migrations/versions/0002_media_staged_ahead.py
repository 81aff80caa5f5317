"""Pictures are handed over ahead of the send: when, which try, and what the network gave."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("stage_at", Instant(), nullable=True))
    op.add_column("deliveries", sa.Column("stages", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("staged", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("staged", "stages", "stage_at"):
        op.drop_column("deliveries", name)
