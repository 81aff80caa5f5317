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

from . import calendar, company, dispatch, house, inbox, installation, lighthouse, pages, push, tap, weight
from .table import Table

POSTS, LARGE = int(os.environ.get("NOD_BENCH_POSTS", "20000")), int(os.environ.get("NOD_BENCH_LARGE", "200000"))
DUE, ALONE = int(os.environ.get("NOD_BENCH_DUE", "1000")), 30


def main() -> None:
    """All figures on 20,000 posts, then the pages again on ten times as many."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="nod-bench-"))
    table = Table(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with postgres.cluster() as url:
        try:
            _measure(url, folder, table, posts=POSTS, full=True)
            _measure(url, folder, table, posts=POSTS, full=False, waiting=2000, workflows=40)
            _measure(url, folder, table, posts=LARGE, full=False)
            inbox.both(url, folder / "inbox", table)
            push.measure(url, folder / "push", table)
            house.measure(folder / "house", table)
            if os.environ.get("NOD_BENCH_LIGHTHOUSE", "1") != "0":
                lighthouse.measure(folder / "lighthouse", table)
        finally:
            table.print()
            shutil.rmtree(folder, ignore_errors=True)


def _measure(
    url: str, folder: Path, table: Table, posts: int, full: bool, waiting: int = 200, workflows: int = 1
) -> None:
    name = f"bench{posts}_{workflows}"
    _database(url, name)
    config = config_for(folder / name, f"{url}/{name}", testing=False, base_url="http://localhost")
    config.data.mkdir()
    vault.load(config)
    db.init(config)
    rooms.wire()
    seeded = company.seed(posts=posts, waiting=waiting, workflows=workflows)
    sink = dispatch.Sink(config.data) if full else None
    ready = dispatch.prepare(sink, seeded.organization_id, 2 * DUE + ALONE) if sink else []
    db.dispose()
    try:
        with installation.running(config.database_url, config.data, private=sink.host if sink else "") as base:
            table.section(
                f"{posts:,} posts, {seeded.waiting} waiting, {seeded.channels} channels, {len(seeded.tokens)} people"
                + (f", {workflows} workflows" if workflows > 1 else "")
            )
            if workflows > 1:
                pages.queue(base, config, seeded, table)
            else:
                pages.measure(base, config, seeded, table)
            calendar.measure(base, config, seeded, table)
            if sink:
                weight.measure(base, seeded, table)
                tap.measure(base, seeded, table)
                db.init(config)
                _deliver(sink, ready, table)
    finally:
        db.dispose()
        if sink:
            sink.stop()


def _deliver(sink: dispatch.Sink, ready: list, table: Table) -> None:  # type: ignore[type-arg]
    runs = (
        (f"{DUE:,} due within one minute", ready[:DUE], 60.0, "p50 0.5 s, p99 2 s"),
        (f"{DUE:,} due at one instant", ready[DUE : 2 * DUE], 0.0, "-"),
        ("single posts, two seconds apart", ready[2 * DUE :], 2.0 * ALONE, "p99 1.2 s"),
    )
    for name, posts, seconds, bar in runs:
        slots = dispatch.spread(len(posts), seconds)
        table.dispatch(dispatch.measure(name, sink, posts, slots, patience=60), bar)


def _database(url: str, name: str) -> None:
    engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    migrations.upgrade(f"{url}/{name}")


if __name__ == "__main__":
    main()
