"""What we answer in conversations, each try of it and what was begun; canned replies, their uses, and macros."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEXED = {
    "replies": ("message_id", "person_id"),
    "reply_drafts": ("person_id",),
    "canned_replies": ("organization_id", "owner_id", "region_id"),
    "canned_versions": ("by_id",),
    "canned_uses": ("organization_id", "reply_id"),
    "macros": ("organization_id", "region_id", "canned_id", "label_id"),
}
ONLY = {
    "ix_replies_due": ("replies", ["due_at"], "state = 'waiting'"),
    "ix_replies_leased": ("replies", ["lease_until"], "state = 'sending'"),
    "ix_replies_probe": ("replies", ["probe_at"], "state = 'unknown'"),
    "ix_replies_trouble": ("replies", ["organization_id", "state"], "state IN ('failed','unknown','held')"),
    "ix_canned_uses_post": ("canned_uses", ["post_id"], "post_id IS NOT NULL"),
}
UNIQUE = {
    "uq_canned_replies_code": (["region_id", "code"], "owner_id IS NULL AND removed_at IS NULL"),
    "uq_canned_replies_own": (["organization_id", "owner_id", "code"], "removed_at IS NULL"),
}


def upgrade() -> None:
    _canned()
    _replies()
    _uses()
    _index()


def _col(name: str, kind: sa.types.TypeEngine[object], nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def _texts(*names: str) -> list[sa.Column[object]]:
    return [_col(name, sa.Text()) for name in names]


def _ref(table: str, name: str, to: str, nullable: bool = False, cascade: bool = False) -> list[sa.schema.SchemaItem]:
    rule = "CASCADE" if cascade else None
    key = sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}_{to}", ondelete=rule)
    return [_col(name, sa.Uuid(), nullable), key]


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, _col("id", sa.Uuid()), *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))


def _canned() -> None:
    name = "canned_replies"
    _table(
        name,
        *_ref(name, "organization_id", "organizations"),
        *_ref(name, "region_id", "regions"),
        *_ref(name, "owner_id", "people", nullable=True),
        *_texts("code", "title", "folder"),
        _col("texts", Json),
        _col("roles", Json),
        _col("version", sa.Integer()),
        _col("uses", sa.Integer()),
        _col("created_at", Instant()),
        _col("updated_at", Instant()),
        _col("removed_at", Instant(), nullable=True),
    )
    name = "canned_versions"
    _table(
        name,
        *_ref(name, "canned_id", "canned_replies", cascade=True),
        _col("version", sa.Integer()),
        *_texts("code", "title", "folder"),
        _col("texts", Json),
        *_ref(name, "by_id", "people", nullable=True),
        _col("at", Instant()),
        sa.UniqueConstraint("canned_id", "version", name="uq_canned_versions_canned_id_version"),
    )
    name = "macros"
    _table(
        name,
        *_ref(name, "organization_id", "organizations"),
        *_ref(name, "region_id", "regions"),
        *_texts("name"),
        *_ref(name, "canned_id", "canned_replies", nullable=True),
        *_ref(name, "label_id", "labels", nullable=True),
        _col("mine", sa.Boolean()),
        _col("done", sa.Boolean()),
        _col("created_at", Instant()),
        _col("removed_at", Instant(), nullable=True),
    )


def _replies() -> None:
    name = "replies"
    _table(
        name,
        *_ref(name, "organization_id", "organizations"),
        *_ref(name, "region_id", "regions"),
        *_ref(name, "channel_id", "channels"),
        *_ref(name, "conversation_id", "conversations"),
        *_ref(name, "message_id", "messages"),
        *_ref(name, "person_id", "people"),
        *_texts("kind", "text", "key", "state"),
        _col("created_at", Instant()),
        _col("due_at", Instant()),
        _col("sure", sa.Boolean()),
        _col("owner", sa.Text(), nullable=True),
        _col("lease_until", Instant(), nullable=True),
        *(_col(each, sa.Integer()) for each in ("token", "tries", "probes")),
        _col("probe_at", Instant(), nullable=True),
        *_texts("held_by", "problem"),
        _col("problem_params", Json),
        *_texts("remote_id", "url"),
        _col("sent_at", Instant(), nullable=True),
        _col("canned", Json),
        sa.UniqueConstraint("key", name="uq_replies_key"),
    )
    name = "reply_attempts"
    _table(
        name,
        *_ref(name, "reply_id", "replies", cascade=True),
        *(_col(each, sa.Integer()) for each in ("number", "token")),
        *_texts("kind"),
        _col("started_at", Instant()),
        _col("ended_at", Instant(), nullable=True),
        *_texts("outcome", "message"),
        _col("params", Json),
        sa.UniqueConstraint("reply_id", "number", name="uq_reply_attempts_reply_id_number"),
    )
    name = "reply_drafts"
    _table(
        name,
        *_ref(name, "organization_id", "organizations"),
        *_ref(name, "conversation_id", "conversations", cascade=True),
        *_ref(name, "person_id", "people"),
        *_texts("text"),
        _col("canned", Json),
        _col("version", sa.Integer()),
        _col("updated_at", Instant()),
        sa.UniqueConstraint("conversation_id", "person_id", name="uq_reply_drafts_conversation_id_person_id"),
    )


def _uses() -> None:
    name = "canned_uses"
    _table(
        name,
        *_ref(name, "organization_id", "organizations"),
        *_ref(name, "canned_id", "canned_replies", cascade=True),
        *_ref(name, "reply_id", "replies", cascade=True),
        *_ref(name, "person_id", "people"),
        *_ref(name, "post_id", "posts", nullable=True),
        *_texts("language"),
        _col("at", Instant()),
        sa.UniqueConstraint("canned_id", "reply_id", name="uq_canned_uses_canned_id_reply_id"),
    )


def _index() -> None:
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_replies_thread", "replies", ["conversation_id", "created_at"])
    op.create_index("ix_canned_uses_person", "canned_uses", ["person_id", "at"])
    for name, (table, columns, where) in ONLY.items():
        op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
    for name, (columns, where) in UNIQUE.items():
        only = {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
        op.create_index(name, "canned_replies", columns, unique=True, **only)


def downgrade() -> None:
    for table in (
        "canned_uses", "reply_drafts", "reply_attempts", "replies", "macros", "canned_versions", "canned_replies",
    ):  # fmt: skip
        op.drop_table(table)
