"""Rules of the inbox with each state they had, and what they did with a conversation."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

RULES, VERSIONS = "inbox_rules", "inbox_rule_versions"


def _col(name: str, kind: sa.types.TypeEngine[object], nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def _fk(table: str, name: str, to: str, rule: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}_{to}", ondelete=rule)


def _said() -> list[sa.Column[object]]:
    """What a rule is and what a version keeps of it."""
    rows = [_col("conditions", Json), _col("actions", Json), _col("every", sa.Boolean())]
    return [_col("name", sa.Text()), *rows]


def upgrade() -> None:
    op.create_table(
        RULES,
        _col("id", sa.Uuid()),
        _col("organization_id", sa.Uuid()),
        _col("region_id", sa.Uuid()),
        *_said(),
        _col("place", sa.Integer()),
        _col("on_at", Instant(), True),
        _col("version", sa.Integer()),
        _col("created_at", Instant()),
        _col("removed_at", Instant(), True),
        _fk(RULES, "organization_id", "organizations"),
        _fk(RULES, "region_id", "regions"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{RULES}"),
    )
    op.create_table(
        VERSIONS,
        _col("id", sa.Uuid()),
        _col("rule_id", sa.Uuid()),
        _col("version", sa.Integer()),
        *_said(),
        _col("by_id", sa.Uuid(), True),
        _col("at", Instant()),
        _fk(VERSIONS, "rule_id", RULES, "CASCADE"),
        _fk(VERSIONS, "by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{VERSIONS}"),
        sa.UniqueConstraint("rule_id", "version", name=f"uq_{VERSIONS}_rule_id_version"),
    )
    op.create_index(f"ix_{RULES}_organization_id", RULES, ["organization_id"])
    op.create_index(f"ix_{RULES}_region", RULES, ["region_id", "place"])
    op.create_index(f"ix_{VERSIONS}_by_id", VERSIONS, ["by_id"])
    op.add_column("conversations", sa.Column("ruled", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "ruled")
    op.drop_table(VERSIONS)
    op.drop_table(RULES)
