"""The calendar's index has posts in the order in which they are shown: the first of a day are read, and no more."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _again("region_id", "slot_at", "id", "state")


def downgrade() -> None:
    _again("region_id", "slot_at", "state")


def _again(*columns: str) -> None:
    there = sa.text("deleted_at IS NULL")
    op.drop_index("ix_posts_calendar", "posts")
    op.create_index("ix_posts_calendar", "posts", list(columns), postgresql_where=there, sqlite_where=there)
