"""Pictures of canned replies, of their versions and changes, and of the replies that went out with them."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Json

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

COLUMNS = (
    ("canned_replies", "pictures"),
    ("canned_versions", "pictures"),
    ("canned_changes", "pictures"),
    ("replies", "pictures"),
    ("reply_drafts", "without"),
)


def upgrade() -> None:
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
