"""Devices that are pushed, messages on their way to them, and how each person wants to be told.

What people had switched off among their mails stays off; the rest becomes what we suggest.
"""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    _notifications()
    _wishes()


def _tables() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_hash", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("installed", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("synced_at", Instant(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("lag_ms", sa.Integer(), nullable=False),
        sa.Column("silent_since", Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_push_subscriptions_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_push_subscriptions_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscriptions_endpoint_hash")),
        sa.UniqueConstraint("session_id", name=op.f("uq_push_subscriptions_session_id")),
    )
    op.create_index(op.f("ix_push_subscriptions_person_id"), "push_subscriptions", ["person_id"])
    op.create_table(
        "pushes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=True),
        sa.Column("revision_hash", sa.Text(), nullable=False),
        sa.Column("approve_hash", sa.Text(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_pushes_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pushes_person_id")),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name=op.f("fk_pushes_notification_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["push_subscriptions.id"],
            name=op.f("fk_pushes_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name=op.f("fk_pushes_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("approve_hash", name=op.f("uq_pushes_approve_hash")),
        sa.UniqueConstraint(
            "notification_id", "subscription_id", name=op.f("uq_pushes_notification_id_subscription_id")
        ),
    )
    _partial("ix_pushes_due", "pushes", ["due_at"], "due_at IS NOT NULL")
    op.create_index("ix_pushes_device", "pushes", ["subscription_id", "created_at"])
    op.create_index("ix_pushes_person", "pushes", ["person_id", "created_at"])
    _partial("ix_pushes_unseen", "pushes", ["sent_at"], "critical AND shown_at IS NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _notifications() -> None:
    op.add_column("notifications", sa.Column("how", sa.Text(), nullable=False, server_default="mail"))
    op.add_column("notifications", sa.Column("push_at", Instant(), nullable=True))
    op.add_column("notifications", sa.Column("pushed_at", Instant(), nullable=True))
    op.add_column("notifications", sa.Column("lead_id", sa.Uuid(), nullable=True))
    op.add_column("notifications", sa.Column("tag", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_notifications_lead_id"), "notifications", ["lead_id"])
    _partial("ix_notifications_to_push", "notifications", ["push_at"], "push_at IS NOT NULL")


def _wishes() -> None:
    op.add_column("memberships", sa.Column("notify", Json, nullable=False, server_default="{}"))
    members = sa.table("memberships", sa.column("id", sa.Uuid()), sa.column("mail", Json), sa.column("notify", Json))
    connection = op.get_bind()
    for member_id, mail in connection.execute(sa.select(members.c.id, members.c.mail)).all():
        off = {kind: "off" for kind, how in (mail or {}).items() if how == "off"}
        if off:
            wishes = {"kinds": off}
            connection.execute(sa.update(members).where(members.c.id == member_id).values(notify=wishes))
    op.drop_column("memberships", "mail")
