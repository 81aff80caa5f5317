"""The house of the tests: both databases, one application, and the named cast (`cast.py`)."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests import cast as people
from tests.servers import postgres
from webapp import create_app, db, events, i18n, rooms, times, vault
from webapp.approvals.guests.mailing import sending as batching
from webapp.config import Config
from webapp.http import health
from webapp.http.limits import limiter
from webapp.inbox.fetching import polling
from webapp.inbox.replying import sending as replying
from webapp.inbox.webmention import looking as mentions
from webapp.migrations import run as migrations
from webapp.ops import readiness
from webapp.publishing import sending as publishing
from webapp.push import mailing
from webapp.push import sending as pushing
from webapp.tables import metadata


def config_for(folder: Path, url: str, **more: object) -> Config:
    """Settings of a test installation."""
    plain = {
        "data": folder,
        "database_url": url,
        "redis_url": "unix:///nonexistent/valkey.sock",
        "base_url": "https://nod.test",
        "testing": True,
        "demo": False,
    }
    return Config(**{**plain, **more})


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """One PostgreSQL cluster for this process. Nothing tidies up in it, so that rows lie as they came in each run."""
    with postgres.cluster("autovacuum=off") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(cluster: str) -> str:
    """A migrated database, emptied between tests."""
    engine = sa.create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE nod")
    engine.dispose()
    migrations.upgrade(f"{cluster}/nod")
    return f"{cluster}/nod"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "nod.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the embedded database of each test lies."""
    return tmp_path_factory.mktemp("database") / "nod.db"


DELETES = 40
OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_emptied = count(1)


def _empty(url: str) -> None:
    """Without the triggers that guard the trail. DELETE is much faster than TRUNCATE, until too much dead is left."""
    names = [f'"{table.name}"' for table in metadata.sorted_tables]
    with _engine_of(url).begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        if next(_emptied) % DELETES:
            connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in names))
        else:
            connection.exec_driver_sql(OTHERS)  # One that a test left in a transaction would hold it up for ever.
            connection.exec_driver_sql(f"TRUNCATE {', '.join(names)}")


def _afresh(template: Path, path: Path) -> None:
    """A new file in the place of the last test's; who still holds that one writes into what is gone."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(template, path)


_engines: dict[str, sa.Engine] = {}


def _engine_of(url: str, pool_size: int = 10) -> sa.Engine:
    """The engine of an address, with the statements that other tests compiled, which cost half of a test's time."""
    if url not in _engines:
        engine = _make_engine(url, pool_size)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        _engines[url] = engine.execution_options(compiled_cache={})
    return _engines[url]


def _standing_engine(url: str, pool_size: int = 10) -> sa.Engine:
    """What a test calls its engine: listeners of the test go with it, connections to a server stay for the next one."""
    engine, process = _engine_of(url, pool_size), os.getpid()
    mine = engine.execution_options()

    def dispose(close: bool = True) -> None:
        if mine.dialect.name == "sqlite" or os.getpid() != process or engine.pool.checkedout():  # type: ignore[attr-defined]
            engine.dispose(close)

    mine.dispose = dispose  # type: ignore[method-assign]
    return mine


_make_engine = db.make_engine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked `one_database` is thorough on the second one."""
    for item in items:
        called = getattr(item, "callspec", None)
        if item.get_closest_marker("one_database") and called and called.params.get("database_url") == "postgresql":
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty, migrated database of each kind."""
    monkeypatch.setattr(db, "make_engine", _standing_engine)
    url: str
    if request.param == "sqlite":
        path = request.getfixturevalue("sqlite_path")
        _afresh(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_url")
        _empty(url)
    return url


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all tests of a process may share: the keys of the installation and compiled templates."""
    folder = tmp_path_factory.mktemp("shared")
    vault.load(config_for(folder, "sqlite://"))
    (folder / "templates").mkdir()
    return folder


@pytest.fixture
def config(tmp_path: Path, database_url: str, shared: Path) -> Config:
    shutil.copytree(shared / "keys", tmp_path / "keys")
    return config_for(tmp_path, database_url)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a job ends when nothing is left, however slow the machine is; in the house it gives others their turn."""
    for job in (pushing, mailing, batching, publishing, polling, mentions, replying):
        monkeypatch.setattr(job, "PATIENCE", 600.0)


def built(config: Config, shared: Path) -> Flask:
    """An application of one's own, for those who change it."""
    application = create_app(config)
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(shared / "templates"))
    return application


_standing: dict[tuple[Config, bool], Flask] = {}
"""Applications of this process by what they were built for: building one takes longer than most tests."""


def standing(config: Config, shared: Path) -> Flask:
    """An application that another test used, moved to this test's ground: only where it keeps its data differs."""
    plain = replace(config, data=Path(), database_url="", private_hosts=frozenset(), push_services=())
    shape = (plain, limiter.enabled)
    if shape not in _standing:
        _standing[shape] = built(config, shared)
        return _standing[shape]
    application = _standing[shape]
    rooms.lay_ground(config)
    application.config["NOD"] = config
    application.extensions.pop("set_up", None)
    health.CHECKS.update(readiness.checks(config))
    if limiter.enabled:
        limiter.reset()
    return application


def _leave() -> None:
    """Nothing of a test's last request is there for the next test."""
    db.dispose()
    times.clock = times._real_now
    i18n.use("en")
    events.origin.set("")


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A test begins in English, whoever was spoken to before: the cast is made in the language of its maker."""
    i18n.use("en")


@pytest.fixture
def app(config: Config, shared: Path) -> Iterator[object]:
    """The whole application on an empty database."""
    yield standing(config, shared)
    _leave()


@pytest.fixture
def own_app(config: Config, shared: Path) -> Iterator[Flask]:
    """The same, which the test may add to."""
    yield built(config, shared)
    _leave()


@pytest.fixture
def cast(app: object) -> people.Cast:
    """A company with its people, a stranger's company, and browsers for all of them."""
    return people.enter(app)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> people.Clock:
    """A clock that stands still until told."""
    watch = people.Clock(times._real_now().replace(microsecond=0))
    monkeypatch.setattr(times, "clock", watch)
    return watch
