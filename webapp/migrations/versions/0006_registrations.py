"""Nod's registrations at servers with OAuth are kept, to be used again."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("out_since", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_registrations_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint(
            "organization_id",
            "network",
            "server",
            "redirect_uri",
            name=op.f("uq_registrations_organization_id_network_server_redirect_uri"),
        ),
    )
    op.add_column("consents", sa.Column("registration_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("consents", "registration_id")
    op.drop_table("registrations")
