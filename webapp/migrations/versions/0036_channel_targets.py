"""What is wanted on a channel, in place of what its region wants."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_targets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("channel_id", sa.Uuid(), sa.ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("posts_a_week", "most_a_day", "silence_hours")),
        sa.UniqueConstraint("channel_id"),
    )
    op.create_index("ix_channel_targets_organization_id", "channel_targets", ["organization_id"])


def downgrade() -> None:
    op.drop_table("channel_targets")
