"""What checks need: market hours and minded days, a pace of channels, rights of pictures, word lists, links, traces."""

import sqlalchemy as sa
from alembic import op

from webapp.db import Instant, Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _at_home() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
    ]


def _ends(table: str) -> list[sa.schema.SchemaItem]:
    name = op.f(f"fk_{table}_organization_id_organizations")
    return [
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=name),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    minded = '["holiday", "mourning", "trading"]'
    op.add_column("regions", sa.Column("market_start", sa.Text(), nullable=False, server_default="07:00"))
    op.add_column("regions", sa.Column("market_end", sa.Text(), nullable=False, server_default="22:00"))
    op.add_column("regions", sa.Column("minded", Json, nullable=False, server_default=minded))
    op.add_column("regions", sa.Column("words", sa.Text(), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("pace_posts", sa.Integer(), nullable=False, server_default="2"))
    op.add_column("channels", sa.Column("pace_hours", sa.Integer(), nullable=False, server_default="2"))
    op.add_column("assets", sa.Column("rights_until", sa.Date(), nullable=True))
    _words()
    _links()
    _traces()


def _words() -> None:
    op.create_table(
        "word_lists",
        *_at_home(),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        *_ends("word_lists"),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_word_lists_region_id_regions")),
        sa.UniqueConstraint("region_id", "kind", "language", name=op.f("uq_word_lists_region_id_kind_language")),
    )
    op.create_index(op.f("ix_word_lists_organization_id"), "word_lists", ["organization_id"])


def _links() -> None:
    op.create_table(
        "links",
        *_at_home(),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("final", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("looked_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("busy_until", Instant(), nullable=True),
        sa.Column("wanted_at", Instant(), nullable=False),
        *_ends("links"),
        sa.UniqueConstraint("organization_id", "digest", name=op.f("uq_links_organization_id_digest")),
    )
    op.create_index("ix_links_host_busy", "links", ["host", "busy_until"])
    op.create_index(op.f("ix_links_next_at"), "links", ["next_at"])
    op.create_index(op.f("ix_links_wanted_at"), "links", ["wanted_at"])


def _traces() -> None:
    op.create_table(
        "traces",
        *_at_home(),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        *_ends("traces"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_traces_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_traces_channel_id_channels")),
        sa.UniqueConstraint("post_id", "channel_id", name=op.f("uq_traces_post_id_channel_id")),
    )
    op.create_index("ix_traces_channel_at", "traces", ["channel_id", "at"])


def downgrade() -> None:
    for table in ("traces", "links", "word_lists"):
        op.drop_table(table)
    op.drop_column("assets", "rights_until")
    for name in ("pace_hours", "pace_posts"):
        op.drop_column("channels", name)
    for name in ("words", "minded", "market_end", "market_start"):
        op.drop_column("regions", name)
