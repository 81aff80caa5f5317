"""The keys under which devices keep their persons' words."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_device_keys_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_device_keys_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_keys")),
        sa.UniqueConstraint(
            "organization_id",
            "person_id",
            "device",
            name=op.f("uq_device_keys_organization_id_person_id_device"),
        ),
    )
    with op.batch_alter_table("device_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_keys_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_keys_used_at"), ["used_at"], unique=False)


def downgrade() -> None:
    op.drop_table("device_keys")
