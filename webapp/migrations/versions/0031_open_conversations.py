"""How many conversations each segment holds is read from an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_conversations_open", "conversations"
COLUMNS = ["organization_id", "is_spam", "assignee_id", "snoozed_until", "region_id"]


def upgrade() -> None:
    where = sa.text("state = 'open'")
    op.create_index(NAME, TABLE, COLUMNS, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
