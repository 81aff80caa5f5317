"""A region knows when its own days or wishes changed, so that what a card asks about them can be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("regions", sa.Column("calendar", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE regions SET calendar = 'before'")


def downgrade() -> None:
    op.drop_column("regions", "calendar")
