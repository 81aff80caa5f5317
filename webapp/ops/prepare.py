"""Before the first request: bring the database to the newest schema and fill a fresh installation.

It runs in a child that ends before the others start, so that the supervisor never holds a connection to fork.
"""

import os
from collections.abc import Callable
from enum import StrEnum

import sqlalchemy as sa
import sqlalchemy.exc

from webapp import db, logs, rooms, vault
from webapp.config import Config
from webapp.people import setup
from webapp.people.models import Organization

from . import family
from .ground import Refusal


class First(StrEnum):
    """What somebody presses first."""

    SIGN_IN = "sign in"
    DEMO = "tap a name"
    SET_UP = "set up"


def in_child(config: Config, meanwhile: Callable[[], None]) -> First:
    """Prepare the installation in a process of its own, and do something here meanwhile; what to press first.

    Raises Refusal with its reason.
    """
    reader, writer = os.pipe()
    pid = family.fork("prepare", lambda: _tell(writer, config))
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        meanwhile()
        said = answer.read().decode()
    _, status = os.waitpid(pid, 0)
    if status:
        raise Refusal(said or "The database could not be prepared; the lines above say where it stopped.")
    return First(said)


def _tell(writer: int, config: Config) -> None:
    try:
        os.write(writer, installation(config).encode())
    except Refusal as refusal:
        os.write(writer, str(refusal).encode())
        raise SystemExit(2) from None


def installation(config: Config) -> First:
    """Migrate, and on a fresh installation load the demo company or make the set-up token.

    Answers what to press first. Raises Refusal when the database cannot be reached.
    """
    vault.load(config)
    try:
        db.migrate(config)
    except sqlalchemy.exc.OperationalError as error:
        logs.error("database", error)
        raise Refusal(unusable(config, error)) from None
    rooms.lay_ground(config)
    try:
        first = _first_contents(config)
        db.commit()
        return first
    finally:
        db.dispose()


def _first_contents(config: Config) -> First:
    """The demo company on a fresh installation, or the token that lets somebody set one up."""
    if setup.needed():
        if not config.demo:
            setup.token(config)
            return First.SET_UP
        from webapp import demo  # draws pictures: nobody else needs what it loads

        rooms.wire()
        demo.load()
        return First.DEMO
    setup.forget_token(config)
    shown = config.demo and db.session.scalar(sa.select(sa.exists().where(Organization.demo)))
    return First.DEMO if shown else First.SIGN_IN


def unusable(config: Config, error: sqlalchemy.exc.DatabaseError) -> str:
    """One sentence about a database that does not answer or has no tables, without its password."""
    if isinstance(error, sqlalchemy.exc.ProgrammingError) or "no such" in str(error.orig):
        return "The database is empty or of an older version: run `nod migrate` first."
    if config.database_url.startswith("sqlite"):
        return f"The database file cannot be used ({error.orig}): `nod doctor` says more."
    return "The database in DATABASE_URL cannot be reached: start it, or correct the address, name or password."
