"""Posts of an organization by time: what a calendar's feed holds is looked up, not sorted out of all there are."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_posts_slot", "posts", ["organization_id", "slot_at"])


def downgrade() -> None:
    op.drop_index("ix_posts_slot", "posts")
