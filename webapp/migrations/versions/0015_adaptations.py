"""What headquarters hands to its regions, and the posts that regions make of it."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _refer()
    _editions()
    _adaptations()


def _refer() -> None:
    op.add_column("posts", sa.Column("adapted_from_id", sa.Uuid(), nullable=True))
    op.create_index("ix_posts_adapted_from_id", "posts", ["adapted_from_id"])


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([c], [f"{to}.id"], name=f"fk_{table}_{c}_{to}") for c, to in columns]


def _editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("pictures", Json, nullable=False),
        sa.Column("passages", Json, nullable=False),
        sa.Column("links", Json, nullable=False),
        sa.Column("pictures_locked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_keys(
            "editions",
            ("organization_id", "organizations"),
            ("region_id", "regions"),
            ("post_id", "posts"),
            ("person_id", "people"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("post_id", "number", name="uq_editions_post_id_number"),
    )
    for column in ("organization_id", "region_id", "person_id"):
        op.create_index(f"ix_editions_{column}", "editions", [column])


def _adaptations() -> None:
    op.create_table(
        "adaptations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wordings", Json, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("declined_at", Instant(), nullable=True),
        sa.Column("declined_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        *_keys(
            "adaptations",
            ("organization_id", "organizations"),
            ("region_id", "regions"),
            ("master_id", "posts"),
            ("post_id", "posts"),
            ("edition_id", "editions"),
            ("person_id", "people"),
            ("declined_by_id", "people"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_adaptations"),
        sa.UniqueConstraint("master_id", "region_id", name="uq_adaptations_master_id_region_id"),
        sa.UniqueConstraint("post_id", name="uq_adaptations_post_id"),
    )
    for column in ("organization_id", "person_id"):
        op.create_index(f"ix_adaptations_{column}", "adaptations", [column])
    op.create_index("ix_adaptations_region_recent", "adaptations", ["region_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("adaptations")
    op.drop_table("editions")
    op.drop_index("ix_posts_adapted_from_id", "posts")
    op.drop_column("posts", "adapted_from_id")
