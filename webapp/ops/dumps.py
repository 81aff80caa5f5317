"""A copy of the database in one file, and back: SQLite by its backup call, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from webapp.config import Config

from .ground import Refusal


def kind(config: Config) -> str:
    """`sqlite` or `postgresql`."""
    return "sqlite" if config.database_url.startswith("sqlite") else "postgresql"


def _file(config: Config) -> Path:
    return Path(sa.make_url(config.database_url).database or "")


def dump(config: Config, target: Path) -> None:
    """Write a consistent copy while Nod may be running. Raises Refusal."""
    if kind(config) == "postgresql":
        _run(config, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return
    if not _file(config).exists():
        raise Refusal(f"There is no database at {_file(config)} yet: start Nod once.")
    source, copy = sqlite3.connect(_file(config)), sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        source.close()


def load(config: Config, source: Path, now: datetime) -> Path | None:
    """Put a copy in place of the database; answers where the former SQLite file was moved. Raises Refusal."""
    if kind(config) == "postgresql":
        flags = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction")
        _run(config, "pg_restore", *flags, f"--dbname={_url(config).database}", str(source))
        return None
    target = _file(config)
    aside = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%SZ}")
    kept = target.exists()
    for ending in ("", "-wal", "-shm"):
        part = target.with_name(target.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return aside if kept else None


def _url(config: Config) -> sa.URL:
    return sa.make_url(config.owner_database_url or config.database_url)


def _run(config: Config, program: str, *arguments: str) -> None:
    """Run a PostgreSQL program; the password travels in its environment, not in its arguments."""
    found = shutil.which(program)
    if not found:
        raise Refusal(f"{program} is not on the PATH: install the PostgreSQL client programs of your server's version.")
    url = _url(config)
    known = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    known |= {"PGPASSWORD": url.password, "PGOPTIONS": "", "PGCONNECT_TIMEOUT": 10}
    for name, value in url.query.items():
        known[f"PG{name.upper()}"] = value if isinstance(value, str) else value[0]
    environment = os.environ | {name: str(value) for name, value in known.items() if value not in (None, "")}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[0]
        raise Refusal(f"{program} did not succeed: {last}")
