"""People are away and somebody stands in; posts that wait are held and claimed, and a yes may be carried."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _absences()
    _life()
    op.add_column("memberships", sa.Column("stand_in_id", sa.Uuid(), nullable=True))
    start = sa.Column("waiting_since", Instant(), nullable=False, server_default="1970-01-01 00:00:00+00:00")
    op.add_column("submissions", start)
    op.execute("UPDATE submissions SET waiting_since = at")
    for name in ("held_at", "held_until", "nudged_at"):
        op.add_column("submissions", sa.Column(name, Instant(), nullable=True))
    op.add_column("submissions", sa.Column("steps", Json, nullable=False, server_default="[]"))
    _carried()


def _carried() -> None:
    """A new column that refers to its own table. SQLite takes it only this way without making the table anew."""
    name = "fk_decisions_carried_id"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE decisions ADD COLUMN carried_id CHAR(32) CONSTRAINT {name} REFERENCES decisions (id)")
    else:
        op.add_column("decisions", sa.Column("carried_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(name, "decisions", "decisions", ["carried_id"], ["id"])


def _refers(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([c], [f"{to}.id"], name=f"fk_{table}_{c}") for c, to in columns]


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=True),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.Column("notified", sa.Boolean(), nullable=False),
        *[sa.Column(n, Instant(), nullable=True) for n in ("accepted_at", "declined_at", "begun_at", "ended_at")],
        sa.Column("created_at", Instant(), nullable=False),
        *_refers(
            "absences",
            ("organization_id", "organizations"),
            ("person_id", "people"),
            ("stand_in_id", "people"),
            ("set_by_id", "people"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
    )
    op.create_index("ix_absences_person_id", "absences", ["person_id"])
    op.create_index("ix_absences_stand_in_id", "absences", ["stand_in_id"])
    op.create_index("ix_absences_open", "absences", ["organization_id", "ended_at", "starts_at"])
    op.create_index(
        "uq_absences_open",
        "absences",
        ["organization_id", "person_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


def _about(table: str, *columns: sa.Column[object], people: tuple[str, ...]) -> None:
    """A table of things that happen to a submission."""
    op.create_table(
        table,
        *[sa.Column(n, sa.Uuid(), nullable=False) for n in ("id", "organization_id", "region_id", "post_id")],
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("at", Instant(), nullable=False),
        *_refers(
            table,
            ("organization_id", "organizations"),
            ("region_id", "regions"),
            ("post_id", "posts"),
            *((name, "people") for name in people),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=f"fk_{table}_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_post_id", table, ["post_id"])


def _open(table: str) -> None:
    op.create_index(f"uq_{table}_open", table, ["submission_id"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN)


def _life() -> None:
    _about(
        "holds",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        people=("person_id", "ended_by_id"),
    )
    op.create_index("ix_holds_until", "holds", ["ended_at", "until"])
    _open("holds")
    _about(
        "claims",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        people=("person_id",),
    )
    _open("claims")


def downgrade() -> None:
    with op.batch_alter_table("decisions") as table:
        table.drop_column("carried_id")
    for name in ("steps", "nudged_at", "held_until", "held_at", "waiting_since"):
        op.drop_column("submissions", name)
    op.drop_column("memberships", "stand_in_id")
    for table_name in ("claims", "holds", "absences"):
        op.drop_table(table_name)
