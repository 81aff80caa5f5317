"""Further parts of a post: what follows its text, and how many of them a delivery has brought out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("posts", sa.Column("parts", _JSON, nullable=False, server_default="[]"))
    op.add_column("deliveries", sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("out", _JSON, nullable=False, server_default="[]"))
    op.add_column("attempts", sa.Column("part", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("attempts", "part")
    op.drop_column("deliveries", "out")
    op.drop_column("deliveries", "part")
    op.drop_column("posts", "parts")
