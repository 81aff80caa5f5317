"""Where servers may tell us that something is new."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_hints",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("channel_id", sa.Uuid(), sa.ForeignKey("channels.id"), nullable=False),
        sa.Column("token_hash", sa.Text()),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("server_key", sa.Text(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hurried_at", Instant()),
        sa.UniqueConstraint("channel_id", name="uq_channel_hints_channel_id"),
    )
    op.create_index("ix_channel_hints_organization_id", "channel_hints", ["organization_id"])
    op.create_index("uq_channel_hints_token", "channel_hints", ["token_hash"], unique=True)
    op.create_index("ix_channel_hints_next", "channel_hints", ["next_at"])


def downgrade() -> None:
    op.drop_table("channel_hints")
