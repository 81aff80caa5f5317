"""Pages elsewhere that say they link to an entry of a Site feed, until somebody has looked."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webmentions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("entry", "source", "target", "host", "state")],
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_webmentions_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_webmentions_channel_id_channels"),
        sa.PrimaryKeyConstraint("id", name="pk_webmentions"),
        sa.UniqueConstraint("source", "target", name="uq_webmentions_source_target"),
    )
    op.create_index("ix_webmentions_next", "webmentions", ["next_at"])
    op.create_index("ix_webmentions_host", "webmentions", ["host", "created_at"])


def downgrade() -> None:
    op.drop_table("webmentions")
