"""Imports: tables that became drafts, calendar files that became own days, and which day came from which event."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _id(name: str, target: str, **more: object) -> sa.Column[object]:
    return sa.Column(
        name, sa.Uuid(), sa.ForeignKey(target, ondelete=more.pop("ondelete", None)), nullable=False, **more
    )  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "post_imports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("person_id", "people.id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("undone_at", Instant()),
    )
    op.create_index("ix_post_imports_organization_id", "post_imports", ["organization_id"])
    op.create_index("ix_post_imports_mine", "post_imports", ["person_id", "organization_id", "id"])
    op.create_table(
        "imported_posts",
        _id("post_id", "posts.id", ondelete="CASCADE", primary_key=True),
        _id("import_id", "post_imports.id", ondelete="CASCADE"),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_imported_posts_import_id", "imported_posts", ["import_id"])
    _days()


def _days() -> None:
    op.create_table(
        "day_imports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _id("organization_id", "organizations.id"),
        _id("person_id", "people.id"),
        _id("region_id", "regions.id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("undone_at", Instant()),
    )
    for name in ("organization_id", "region_id"):
        op.create_index(f"ix_day_imports_{name}", "day_imports", [name])
    op.create_index("ix_day_imports_mine", "day_imports", ["person_id", "organization_id", "id"])
    op.add_column("own_days", sa.Column("uid", sa.Text(), nullable=False, server_default=""))
    op.add_column("own_days", sa.Column("import_id", sa.Uuid(), nullable=True))
    op.create_index("ix_own_days_import_id", "own_days", ["import_id"])


def downgrade() -> None:
    op.drop_index("ix_own_days_import_id", "own_days")
    for name in ("uid", "import_id"):
        op.drop_column("own_days", name)
    for name in ("day_imports", "imported_posts", "post_imports"):
        op.drop_table(name)
