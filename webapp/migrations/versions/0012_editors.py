"""Whoever changed a version is known with it: their own yes does not count for it."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("editors", Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("submissions", "editors")
