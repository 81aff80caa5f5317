"""What one tap on several posts moved, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from webapp.db import Instant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("moved", _JSON, nullable=False),
        sa.Column("left", _JSON, nullable=False),
        sa.Column("undone_at", Instant()),
    )
    for name in ("organization_id", "person_id"):
        op.create_index(f"ix_shifts_{name}", "shifts", [name])


def downgrade() -> None:
    op.drop_table("shifts")
