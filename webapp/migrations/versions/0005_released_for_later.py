"""What is released together goes out one after the other: for when each was released."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("release_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "release_at")
