"""A campaign knows what it is to reach, and in which regions."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Json

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("goal", sa.Text(), nullable=False, server_default=""))
    op.add_column("campaigns", sa.Column("regions", Json, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    for name in ("goal", "regions"):
        op.drop_column("campaigns", name)
