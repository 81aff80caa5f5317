"""Numbers of approvals cost what their period holds, not what all time does; whether they may name people."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("names_people", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_decisions_at", "decisions", ["organization_id", "at", "id"])
    expired = sa.text("outcome = 'expired'")
    op.create_index(
        "ix_submissions_expired",
        "submissions",
        ["organization_id", "ended_at"],
        postgresql_where=expired,
        sqlite_where=expired,
    )


def downgrade() -> None:
    op.drop_index("ix_submissions_expired", "submissions")
    op.drop_index("ix_decisions_at", "decisions")
    op.drop_column("organizations", "names_people")
