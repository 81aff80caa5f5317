"""`make bench`: seed, start everything for real, measure, print one table with the bars beside the figures."""

import os
import platform
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from tests.conftest import config_for
from tests.servers import postgres
from webapp import db, rooms, vault
from webapp.migrations import run as migrations

from . import company, dispatch, installation, pages, weight
from .table import Table


def main() -> None:
    """All figures on 20,000 posts, then the pages again on ten times as many."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="nod-bench-"))
    table = Table(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with postgres.cluster() as url:
        try:
            _measure(url, folder, table, posts=20_000, full=True)
            _measure(url, folder, table, posts=int(os.environ.get("NOD_BENCH_LARGE", "200000")), full=False)
        finally:
            table.print()
            shutil.rmtree(folder, ignore_errors=True)


def _measure(url: str, folder: Path, table: Table, posts: int, full: bool) -> None:
    name = f"bench{posts}"
    _database(url, name)
    config = config_for(folder / name, f"{url}/{name}", testing=False, base_url="http://localhost")
    config.data.mkdir()
    vault.load(config)
    db.init(config)
    rooms.wire()
    seeded = company.seed(posts=posts)
    sink = dispatch.Sink(config.data) if full else None
    ready = dispatch.prepare(sink, seeded.organization_id, 2030) if sink else []
    db.dispose()
    try:
        with installation.running(config.database_url, config.data, private=sink.host if sink else "") as base:
            table.section(
                f"{posts:,} posts, {seeded.waiting} waiting, {seeded.channels} channels, {len(seeded.tokens)} people"
            )
            pages.measure(base, config, seeded, table)
            if sink:
                weight.measure(base, config, seeded, table)
                db.init(config)
                _deliver(sink, ready, table)
    finally:
        db.dispose()
        if sink:
            sink.stop()


def _deliver(sink: dispatch.Sink, ready: list, table: Table) -> None:  # type: ignore[type-arg]
    runs = (
        ("1,000 due within one minute", ready[:1000], dispatch.spread(1000, 60), "p50 0.5 s, p99 2 s"),
        ("1,000 due at one instant", ready[1000:2000], dispatch.spread(1000, 0), "-"),
        ("one post, thirty times", ready[2000:], dispatch.spread(30, 60), "p99 1.2 s"),
    )
    for name, posts, _, bar in runs:
        slots = dispatch.spread(len(posts), 0 if "instant" in name else 60)
        table.dispatch(dispatch.measure(name, sink, posts, slots, patience=60), bar)


def _database(url: str, name: str) -> None:
    engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    migrations.upgrade(f"{url}/{name}")


if __name__ == "__main__":
    main()
