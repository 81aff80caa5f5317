"""Running Alembic from inside: no ini file, the same on both databases, safe when several hosts start at once."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as Alembic

from webapp.db import make_engine

HERE = Path(__file__).parent
LOCK = 6_031_974


def settings(connection: sa.Connection) -> Alembic:
    """Alembic's settings, bound to an open connection."""
    config = Alembic()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision, one host at a time."""
    engine = make_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        command.upgrade(settings(connection), "head")
    engine.dispose()


def check(url: str) -> None:
    """Raise when models and migrations differ."""
    engine = make_engine(url)
    with engine.begin() as connection:
        command.check(settings(connection))
    engine.dispose()
