"""What a channel carries today is found by its hour: counted from the day's deliveries, not from all it ever had."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_deliveries_planned", "deliveries", ["channel_id", "planned_at"])
    op.drop_index("ix_deliveries_channel_id", "deliveries")


def downgrade() -> None:
    op.create_index("ix_deliveries_channel_id", "deliveries", ["channel_id"])
    op.drop_index("ix_deliveries_planned", "deliveries")
