"""Reviewers outside: who they are, what they are asked about, their links; and a decision may be a guest's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REFERS = {
    "organization_id": "organizations",
    "region_id": "regions",
    "guest_id": "guests",
    "post_id": "posts",
    "revision_id": "revisions",
    "person_id": "people",
}
OPEN = sa.text("undone_at IS NULL")


def upgrade() -> None:
    _table(
        "guests",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("email", "name", "language")],
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.UniqueConstraint("organization_id", "email", name="uq_guests_organization_id_email"),
    )
    _invitations()
    _ways_in()
    _decisions()


def _table(name: str, *rows: Any) -> None:
    """A table with its key and what it refers to."""
    columns = [row for row in rows if isinstance(row, sa.Column)]
    refers = [
        sa.ForeignKeyConstraint([c.name], [f"{REFERS[c.name]}.id"], name=f"fk_{name}_{c.name}_{REFERS[c.name]}")
        for c in columns
        if c.name in REFERS
    ]
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    op.create_table(name, sa.Column("id", sa.Uuid(), nullable=False), *rows, *refers, key)


def _invitations() -> None:
    ids = ("organization_id", "region_id", "guest_id", "post_id", "revision_id")
    instants = ("asked_at", "due_at", "mailed_at", "failed_at", "reminded_at", "expires_at", "revoked_at")
    _table(
        "invitations",
        *[sa.Column(name, sa.Uuid(), nullable=False) for name in ids],
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        *[sa.Column(name, Instant(), nullable=True) for name in instants],
        sa.UniqueConstraint("guest_id", "revision_id", name="uq_invitations_guest_id_revision_id"),
    )
    op.create_index("ix_invitations_post", "invitations", ["post_id", "revision_id"])
    op.create_index("ix_invitations_due", "invitations", ["due_at"])


def _ways_in() -> None:
    _table(
        "guest_links",
        *_mine(),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("opens", Json, nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_guest_links_token_hash"),
    )
    _table(
        "guest_sessions",
        *_mine(),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["guest_links.id"], name="fk_guest_sessions_link_id_guest_links", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("token_hash", name="uq_guest_sessions_token_hash"),
    )
    _table(
        "guest_answers",
        *_mine(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made_id", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("guest_id", "key", name="uq_guest_answers_guest_id_key"),
    )
    for table in ("guest_links", "guest_sessions"):
        op.create_index(f"ix_{table}_guest_id", table, ["guest_id"])
    for table in ("guest_links", "guest_sessions", "guest_answers"):
        op.create_index(f"ix_{table}_created_at", table, ["created_at"])


def _mine() -> list[sa.Column[Any]]:
    """Whose it is, and since when."""
    ids = [sa.Column(name, sa.Uuid(), nullable=False) for name in ("organization_id", "guest_id")]
    return [*ids, sa.Column("created_at", Instant(), nullable=False)]


def _decisions() -> None:
    with _carried_apart(), op.batch_alter_table("decisions") as table:
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("guest_id", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_decisions_guest_id_guests", "guests", ["guest_id"], ["id"])
        table.create_check_constraint("ck_decisions_by_one", "(person_id IS NULL) <> (guest_id IS NULL)")
    op.create_index("ix_decisions_guest_id", "decisions", ["guest_id"])
    op.create_index(
        "uq_decisions_guest",
        "decisions",
        ["submission_id", "stage", "guest_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


@contextmanager
def _carried_apart() -> Iterator[None]:
    """SQLite makes the table anew, and cannot drop the old one while rows of the new one point at rows of it."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TEMPORARY TABLE carried AS SELECT id, carried_id FROM decisions WHERE carried_id IS NOT NULL")
    op.execute("UPDATE decisions SET carried_id = NULL")
    yield
    op.execute("UPDATE decisions SET carried_id = (SELECT c.carried_id FROM carried c WHERE c.id = decisions.id)")
    op.execute("DROP TABLE carried")


def downgrade() -> None:
    op.execute("DELETE FROM decisions WHERE guest_id IS NOT NULL")
    op.drop_index("uq_decisions_guest", "decisions")
    op.drop_index("ix_decisions_guest_id", "decisions")
    with _carried_apart(), op.batch_alter_table("decisions") as table:
        table.drop_constraint("ck_decisions_by_one", type_="check")
        table.drop_constraint("fk_decisions_guest_id_guests", type_="foreignkey")
        table.drop_column("guest_id")
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
    for table_ in ("guest_answers", "guest_sessions", "guest_links", "invitations", "guests"):
        op.drop_table(table_)
