"""Pictures of what follows a text: which part one belongs to. Those of the text itself stay without."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media", sa.Column("part", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM media WHERE part <> ''"))
    op.drop_column("media", "part")
