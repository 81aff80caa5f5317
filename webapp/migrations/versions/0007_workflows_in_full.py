"""Labels, campaigns and paid posts; workflows with a scope and versions; the path of a submission; who is asked.

Who is asked for what already waits is filled in by the clock's sweep, a moment after it starts.
"""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCOPES = {"organization": "organization_id", "region": "region_id", "label": "label_id", "channel": "channel_id"}


def upgrade() -> None:
    _groups()
    _posts()
    _workflows()
    _asks()


def _groups() -> None:
    for name, more in (("labels", ()), ("campaigns", ("starts_on", "ends_on"))):
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("organization_id", sa.Uuid(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            *[sa.Column(day, sa.Date(), nullable=True) for day in more],
            sa.Column("created_at", Instant(), nullable=False),
            sa.Column("removed_at", Instant(), nullable=True),
            sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{name}_organization_id"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sa.UniqueConstraint("organization_id", "name", name=f"uq_{name}_organization_id_name"),
        )
        op.create_index(f"ix_{name}_organization_id", name, ["organization_id"])


def _refer(table: str, column: str, to: str) -> None:
    """A new column that refers to another table. SQLite takes it only this way without making the table anew."""
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} CHAR(32) CONSTRAINT {name} REFERENCES {to} (id)")
    else:
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(name, table, to, [column], ["id"])


def _posts() -> None:
    _refer("posts", "campaign_id", "campaigns")
    op.create_index("ix_posts_campaign_id", "posts", ["campaign_id"])
    op.add_column("posts", sa.Column("paid", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "post_labels",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post_labels_post_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_post_labels_label_id"),
        sa.PrimaryKeyConstraint("post_id", "label_id", name="pk_post_labels"),
    )
    op.create_index("ix_post_labels_label_id", "post_labels", ["label_id"])


def _workflows() -> None:
    op.add_column("workflows", sa.Column("line_id", sa.Uuid(), nullable=True))
    op.add_column("workflows", sa.Column("scope", sa.Text(), nullable=False, server_default="organization"))
    for column, to in (("label_id", "labels"), ("channel_id", "channels"), ("published_by_id", "people")):
        _refer("workflows", column, to)
        op.create_index(f"ix_workflows_{column}", "workflows", [column])
    op.add_column("workflows", sa.Column("carries", Json, nullable=False, server_default="[]"))
    op.add_column("workflows", sa.Column("published_at", Instant(), nullable=True))
    op.execute("UPDATE workflows SET line_id = id, published_at = created_at")
    op.execute("UPDATE workflows SET scope = 'region' WHERE region_id IS NOT NULL")
    op.drop_index("uq_workflows_default", "workflows")
    op.drop_index("uq_workflows_region", "workflows")
    for scope, column in SCOPES.items():
        only = sa.text(f"current AND scope = '{scope}'")
        op.create_index(
            f"uq_workflows_{scope}", "workflows", [column], unique=True, postgresql_where=only, sqlite_where=only
        )
    draft = sa.text("published_at IS NULL")
    op.create_index(
        "uq_workflows_draft", "workflows", ["line_id"], unique=True, postgresql_where=draft, sqlite_where=draft
    )
    op.create_index("ix_workflows_line", "workflows", ["line_id", "version"])
    op.add_column("submissions", sa.Column("path", Json, nullable=False, server_default="[]"))
    op.add_column("submissions", sa.Column("asks_over", sa.Boolean(), nullable=False, server_default=sa.false()))
    over = sa.text("asks_over")
    op.create_index("ix_submissions_asks_over", "submissions", ["id"], postgresql_where=over, sqlite_where=over)


def _asks() -> None:
    op.create_table(
        "asks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("for_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("sort_at", Instant(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_asks_organization_id"),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name="fk_asks_region_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_asks_submission_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_asks_person_id"),
        sa.ForeignKeyConstraint(["for_id"], ["people.id"], name="fk_asks_for_id"),
        sa.PrimaryKeyConstraint("id", name="pk_asks"),
        sa.UniqueConstraint("submission_id", "person_id", name="uq_asks_submission_id_person_id"),
    )
    op.create_index("ix_asks_queue", "asks", ["person_id", "organization_id", "sort_at", "submission_id"])


def downgrade() -> None:
    op.drop_table("asks")
    op.drop_index("ix_submissions_asks_over", "submissions")
    op.drop_column("submissions", "asks_over")
    op.drop_column("submissions", "path")
    for name in ("line", "draft", *SCOPES):
        op.drop_index(f"{'ix' if name == 'line' else 'uq'}_workflows_{name}", "workflows")
    for column in ("published_by_id", "channel_id", "label_id"):
        op.drop_index(f"ix_workflows_{column}", "workflows")
    with op.batch_alter_table("workflows") as batch:
        for column in ("published_by_id", "channel_id", "label_id", "published_at", "carries", "scope", "line_id"):
            batch.drop_column(column)
    for name, column in (("default", "organization_id"), ("region", "region_id")):
        only = sa.text(f"current AND region_id IS {'NOT ' if name == 'region' else ''}NULL")
        op.create_index(
            f"uq_workflows_{name}", "workflows", [column], unique=True, postgresql_where=only, sqlite_where=only
        )
    op.drop_table("post_labels")
    op.drop_index("ix_posts_campaign_id", "posts")
    with op.batch_alter_table("posts") as batch:
        batch.drop_column("campaign_id")
        batch.drop_column("paid")
    op.drop_table("campaigns")
    op.drop_table("labels")
