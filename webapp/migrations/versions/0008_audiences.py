"""Comments have an audience, may point at a place and be solved, and may come from a guest."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("comments") as table:
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("guest_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("guest_name", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("audience", sa.String(8), nullable=False, server_default="internal"))
        table.add_column(sa.Column("place", Json, nullable=True))
        table.add_column(sa.Column("solved_at", Instant(), nullable=True))
        table.add_column(sa.Column("solved_by_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_comments_solved_by_id_people"), "people", ["solved_by_id"], ["id"])
        table.create_index(op.f("ix_comments_solved_by_id"), ["solved_by_id"])


def downgrade() -> None:
    with op.batch_alter_table("comments") as table:
        table.drop_index(op.f("ix_comments_solved_by_id"))
        table.drop_constraint(op.f("fk_comments_solved_by_id_people"), type_="foreignkey")
        for name in ("solved_by_id", "solved_at", "place", "audience", "guest_name", "guest_id"):
            table.drop_column(name)
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
