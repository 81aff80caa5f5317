"""Alembic's entry: the connection comes from `run.py`, which has begun the transaction."""

from alembic import context

from webapp.tables import metadata

SEARCH = "message_index"
"""What search adds by hand on each database, beside the models (0017)."""


def ours(name: str | None, _type: str, _parents: object) -> bool:
    """Whether a model should exist for what the database has by that name."""
    return not (name or "").startswith(SEARCH)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=ours,
)
with context.begin_transaction():
    context.run_migrations()
