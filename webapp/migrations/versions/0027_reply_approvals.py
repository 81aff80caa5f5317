"""Which replies need a yes, and each one that waited for it."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

GUARDS, WAITS = "reply_guards", "reply_approvals"


def _col(name: str, kind: sa.types.TypeEngine[object], nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def _fk(table: str, name: str, to: str, rule: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}_{to}", ondelete=rule)


def _place(table: str) -> list[sa.schema.SchemaItem]:
    """A row of a region's."""
    return [
        _col("id", sa.Uuid()),
        _col("organization_id", sa.Uuid()),
        _col("region_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _fk(table, "organization_id", "organizations"),
        _fk(table, "region_id", "regions"),
    ]


def upgrade() -> None:
    op.create_table(
        GUARDS,
        *_place(GUARDS),
        _col("channels", Json),
        _col("roles", Json),
        _col("risk", sa.Boolean()),
        sa.UniqueConstraint("region_id", name=f"uq_{GUARDS}_region_id"),
    )
    op.create_table(
        WAITS,
        *_place(WAITS),
        _col("reply_id", sa.Uuid()),
        _col("text_hash", sa.Text()),
        _col("why", Json),
        _col("state", sa.Text()),
        _col("created_at", Instant()),
        _col("decided_by_id", sa.Uuid(), True),
        _col("decided_at", Instant(), True),
        _col("reason", sa.Text()),
        _fk(WAITS, "reply_id", "replies", "CASCADE"),
        _fk(WAITS, "decided_by_id", "people"),
        sa.UniqueConstraint("reply_id", name=f"uq_{WAITS}_reply_id"),
    )
    op.create_index(f"ix_{GUARDS}_organization_id", GUARDS, ["organization_id"])
    op.create_index(f"ix_{WAITS}_decided_by_id", WAITS, ["decided_by_id"])
    only = sa.text("state = 'waiting'")
    where = {"postgresql_where": only, "sqlite_where": only}
    op.create_index(f"ix_{WAITS}_waiting", WAITS, ["organization_id", "region_id"], **where)


def downgrade() -> None:
    op.drop_table(WAITS)
    op.drop_table(GUARDS)
