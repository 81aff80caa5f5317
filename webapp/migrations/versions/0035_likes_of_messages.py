"""How often a message is liked, as the network said when it was last looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("likes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "likes")
