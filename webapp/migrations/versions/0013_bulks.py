"""What one tap on several posts came to."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("made", Json, nullable=False),
        sa.Column("left", Json, nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_bulks_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_bulks_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_bulks"),
    )
    op.create_index("ix_bulks_organization_id", "bulks", ["organization_id"])
    op.create_index("ix_bulks_person_id", "bulks", ["person_id"])


def downgrade() -> None:
    op.drop_table("bulks")
