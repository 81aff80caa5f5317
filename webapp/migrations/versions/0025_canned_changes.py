"""Changes of canned replies may need a yes: where that is so, and each change that waits."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_guards",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_ref("canned_guards", "organization_id", "organizations"),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_guards"),
        sa.UniqueConstraint(
            "organization_id", "folder", "everywhere", name="uq_canned_guards_organization_id_folder_everywhere"
        ),
    )
    _changes("canned_changes")


def _ref(table: str, name: str, to: str, nullable: bool = False, cascade: bool = False) -> list[sa.schema.SchemaItem]:
    rule = "CASCADE" if cascade else None
    key = sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}_{to}", ondelete=rule)
    return [sa.Column(name, sa.Uuid(), nullable=nullable), key]


def _changes(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        *_ref(name, "organization_id", "organizations"),
        *_ref(name, "region_id", "regions"),
        *_ref(name, "canned_id", "canned_replies", cascade=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *[sa.Column(each, sa.Text(), nullable=False) for each in ("code", "title", "folder")],
        sa.Column("texts", Json, nullable=False),
        sa.Column("roles", Json, nullable=False),
        *_ref(name, "by_id", "people"),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_ref(name, "decided_by_id", "people", nullable=True),
        sa.Column("decided_at", Instant()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_canned_id", name, ["canned_id"])
    op.create_index(f"ix_{name}_by_id", name, ["by_id"])
    op.create_index(f"ix_{name}_state", name, ["organization_id", "state"])
    only = sa.text("state = 'waiting'")
    op.create_index(f"uq_{name}_waiting", name, ["canned_id"], unique=True, postgresql_where=only, sqlite_where=only)


def downgrade() -> None:
    op.drop_table("canned_changes")
    op.drop_table("canned_guards")
