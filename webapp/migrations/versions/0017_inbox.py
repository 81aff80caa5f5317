"""The inbox: conversations with people on the networks, who may answer them, and the index that search reads."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ANSWERING = ("administrator", "planner", "author", "community")
REFERS = {
    "organization_id": "organizations",
    "region_id": "regions",
    "channel_id": "channels",
    "conversation_id": "conversations",
    "author_id": "authors",
    "post_id": "posts",
    "delivery_id": "deliveries",
    "person_id": "people",
    "by_id": "people",
    "done_by_id": "people",
    "assignee_id": "people",
    "label_id": "labels",
}
TABLES = ("authors", "conversations", "messages", "notes", "conversation_labels", "presences")
KEPT = ("inbox_cursors", "blocked_words", "reply_targets")


def _ids(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Uuid(), nullable=null) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instants(*names: str, null: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, Instant(), nullable=null) for name in names]


def _table(name: str, *rows: Any, key: tuple[str, ...] = ("id",), cascade: tuple[str, ...] = ()) -> None:
    """A table with its key, what it refers to, and what is unique in it (tuples of names)."""
    columns = [row for row in rows if isinstance(row, sa.Column)]
    unique = [sa.UniqueConstraint(*u, name=f"uq_{name}_{'_'.join(u)}") for u in rows if isinstance(u, tuple)]
    refers = [
        sa.ForeignKeyConstraint(
            [c.name],
            [f"{REFERS[c.name]}.id"],
            name=f"fk_{name}_{c.name}_{REFERS[c.name]}",
            ondelete="CASCADE" if c.name in cascade else None,
        )
        for c in columns
        if c.name in REFERS
    ]
    own = _ids("id") if key == ("id",) else []
    op.create_table(name, *own, *columns, *unique, *refers, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def upgrade() -> None:
    _people()
    _conversations()
    _messages()
    _team()
    _kept()
    _search()
    _allow()


def _people() -> None:
    _table(
        "authors",
        *_ids("organization_id"),
        *_texts("network", "server", "remote_id", "handle", "name", "avatar_url", "url", "note"),
        *_instants("blocked_at", "erased_at"),
        *_instants("first_seen_at", "last_seen_at", null=False),
        ("organization_id", "network", "server", "remote_id"),
    )


def _conversations() -> None:
    _table(
        "conversations",
        *_ids("organization_id", "region_id", "channel_id"),
        *_ids("post_id", "delivery_id", "author_id", "merged_id", "done_by_id", "assignee_id", null=True),
        *_texts("kind", "root_remote_id", "url", "state", "snooze_zone", "language", "last_text"),
        *_instants("done_at", "handled_at", "assigned_at", "snoozed_until", "due_at", "warned_at"),
        *_instants("last_at", "sort_at", "created_at", null=False),
        *[sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_question", "is_spam")],
        sa.Column("spam_by", sa.Text(), nullable=True),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("unanswered", "version")],
        ("channel_id", "root_remote_id"),
    )
    for name, *columns in (
        ("segment", "organization_id", "state", "sort_at", "id"),
        ("mine", "assignee_id", "state", "sort_at", "id"),
        ("region", "region_id", "state", "sort_at", "id"),
        ("last", "organization_id", "last_at"),
        ("author", "author_id", "last_at"),
    ):
        op.create_index(f"ix_conversations_{name}", "conversations", columns)
    _index_where("warn", "due_at", "due_at IS NOT NULL AND warned_at IS NULL")
    _index_where("snoozed", "snoozed_until", "snoozed_until IS NOT NULL")
    _index_where("post", "post_id", "post_id IS NOT NULL")


def _index_where(name: str, column: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(f"ix_conversations_{name}", "conversations", [column], postgresql_where=only, sqlite_where=only)


def _messages() -> None:
    _table(
        "messages",
        *_ids("organization_id", "region_id", "channel_id", "conversation_id"),
        *_ids("author_id", "by_id", null=True),
        *_texts("remote_id", "parent_remote_id", "side", "text", "language", "url"),
        *_instants("at", "first_seen_at", null=False),
        *_instants("edited_at", "deleted_at", "hidden_at", "liked_at"),
        *[sa.Column(name, Json, nullable=False) for name in ("handle", "attachments")],
        *[sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_question", "is_spam")],
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        ("channel_id", "remote_id"),
    )
    for name, *columns in (
        ("thread", "conversation_id", "at", "id"),
        ("recent", "organization_id", "at"),
        ("author", "author_id", "at"),
    ):
        op.create_index(f"ix_messages_{name}", "messages", columns)


def _team() -> None:
    _table(
        "notes",
        *_ids("organization_id", "region_id", "conversation_id", "person_id"),
        *_texts("text"),
        sa.Column("mentions", Json, nullable=False),
        *_instants("created_at", null=False),
        *_instants("deleted_at"),
    )
    op.create_index("ix_notes_thread", "notes", ["conversation_id", "created_at"])
    _table(
        "conversation_labels",
        *_ids("conversation_id", "label_id"),
        key=("conversation_id", "label_id"),
        cascade=("conversation_id",),
    )
    op.create_index("ix_conversation_labels_label_id", "conversation_labels", ["label_id"])
    _table(
        "presences",
        *_ids("organization_id", "conversation_id", "person_id"),
        *_instants("typing_until", "claimed_until"),
        ("conversation_id", "person_id"),
        cascade=("conversation_id",),
    )


def _kept() -> None:
    _table(
        "inbox_cursors",
        *_ids("organization_id", "channel_id"),
        sa.Column("cursor", Json, nullable=True),
        *_instants("next_at", null=False),
        *_instants("lease_until", "last_ok_at", "last_new_at"),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("token", "failures")],
        *_texts("problem"),
        sa.Column("problem_params", Json, nullable=False),
        ("channel_id",),
    )
    op.create_index("ix_inbox_cursors_next", "inbox_cursors", ["next_at"])
    _table(
        "blocked_words",
        *_ids("organization_id"),
        *_ids("region_id", null=True),
        *_texts("words"),
        ("organization_id", "region_id"),
    )
    _one("uq_blocked_words_everywhere", "blocked_words", "organization_id", "region_id")
    _table(
        "reply_targets",
        *_ids("organization_id", "region_id"),
        *_ids("channel_id", null=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        ("region_id", "channel_id"),
    )
    _one("uq_reply_targets_region", "reply_targets", "region_id", "channel_id")
    for table, column in (
        ("inbox_cursors", "organization_id"),
        ("reply_targets", "organization_id"),
        ("reply_targets", "channel_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _one(name: str, table: str, column: str, null: str) -> None:
    only = sa.text(f"{null} IS NULL")
    op.create_index(name, table, [column], unique=True, postgresql_where=only, sqlite_where=only)


def _search() -> None:
    """PostgreSQL indexes the words in place; SQLite keeps a table of its own, which triggers hold equal to them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX message_index ON messages USING gin (to_tsvector('simple', words))")
        return
    op.execute(
        "CREATE VIRTUAL TABLE message_index USING fts5(message, words, tokenize = 'unicode61 remove_diacritics 0')"
    )
    forget = "DELETE FROM message_index WHERE message_index MATCH 'message:' || old.id;"
    learn = "INSERT INTO message_index (message, words) VALUES (new.id, new.words);"
    for act, what in (("INSERT", learn), ("UPDATE OF words", forget + learn), ("DELETE", forget)):
        name = act.split()[0].lower()
        op.execute(f"CREATE TRIGGER message_index_{name} AFTER {act} ON messages BEGIN {what} END")


def _allow() -> None:
    """Who planned, wrote or looked after the community may also answer people."""
    roles = sa.table("roles", sa.column("id", sa.Uuid()), sa.column("key", sa.Text()), sa.column("permissions", Json))
    bind = op.get_bind()
    for row in bind.execute(sa.select(roles.c.id, roles.c.permissions).where(roles.c.key.in_(ANSWERING))).all():
        if "reply" not in row.permissions:
            bind.execute(roles.update().where(roles.c.id == row.id).values(permissions=[*row.permissions, "reply"]))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE message_index")
    for table in (*KEPT, *reversed(TABLES)):
        op.drop_table(table)
