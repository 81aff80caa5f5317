"""What a template says can be changed: in which version, and who did it last."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post_templates") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("editor_id", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_post_templates_editor_id_people", "people", ["editor_id"], ["id"])
        table.create_index("ix_post_templates_editor_id", ["editor_id"])


def downgrade() -> None:
    with op.batch_alter_table("post_templates") as table:
        table.drop_index("ix_post_templates_editor_id")
        table.drop_constraint("fk_post_templates_editor_id_people", type_="foreignkey")
        table.drop_column("editor_id")
        table.drop_column("version")
