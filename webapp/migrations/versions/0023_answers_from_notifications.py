"""A push may carry the right to answer one message: which, and how its conversation stood."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pushes", sa.Column("message_id", sa.Uuid()))
    op.add_column("pushes", sa.Column("seen", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("pushes", "seen")
    op.drop_column("pushes", "message_id")
