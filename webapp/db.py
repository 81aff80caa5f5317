"""Engine, session and commit. The differences between SQLite and PostgreSQL live here (and in `postgres.py`, the
habits of its connections) and nowhere else.

What runs at every tap is built once (`@cache`) with named parameters and gets its values when it is executed: putting
a statement together costs as much as running it, and one that is changed (`.params()` too) must be read anew.

One session a request or job (`session`, bound to the thread), one commit in one place. A read-only request gets a
transaction in which the database itself refuses writes. On SQLite a writing transaction begins IMMEDIATE, since a
deferred one that later writes fails with "database is locked" whatever the timeout.
"""

import uuid
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from .config import Config

T = TypeVar("T")
_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC. A naive one is refused: it would be a time without a place."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is UTC:  # most often, and thousands of times: connections to PostgreSQL speak UTC
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON().with_variant(JSONB(), "postgresql")
OptionalJson = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON or nothing: None is NULL, not the JSON word null."""


class Base(orm.DeclarativeBase):
    """All tables. Keys are UUIDv7, so that they sort by time."""

    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map = {
        uuid.UUID: sa.Uuid(),
        datetime: Instant(),
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        str: sa.Text(),
    }


def new_id() -> uuid.UUID:
    """A fresh UUIDv7."""
    return uuid7()


def pk() -> orm.Mapped[uuid.UUID]:
    """The primary key column every table has."""
    return orm.mapped_column(primary_key=True, default=new_id)


def ref(target: str, *, index: bool = True, cascade: bool = False, **more: Any) -> orm.Mapped[Any]:
    """A foreign key column, such as `ref("people.id")`."""
    rule = "CASCADE" if cascade else None
    return orm.mapped_column(sa.ForeignKey(target, ondelete=rule), index=index, **more)


session: orm.scoped_session[orm.Session] = orm.scoped_session(orm.sessionmaker(expire_on_commit=False))
_engines: dict[str, sa.Engine] = {}


def make_engine(url: str, pool_size: int = 10) -> sa.Engine:
    """An engine with the habits of its database. Exceptions never print parameters.

    The connection that was used last is used next: it has the statements and the pages of the database at hand.
    """
    pool: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 20, "pool_use_lifo": True}
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, hide_parameters=True, **pool)
        sa.event.listen(engine, "connect", _sqlite_connect)
        sa.event.listen(engine, "begin", _sqlite_begin)
        return engine
    from . import postgres

    engine = sa.create_engine(url, hide_parameters=True, pool_recycle=1800, **pool)
    postgres.listen(engine)
    return engine


def _sqlite_connect(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        dbapi.execute("PRAGMA " + pragma)


def _sqlite_begin(connection: sa.Connection) -> None:
    read_only = connection.get_execution_options().get("ro", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def init(config: Config) -> sa.Engine:
    """Bind the session to the configured database. Safe to call again (another database, after a fork)."""
    dispose()
    if config.database_url.startswith("sqlite"):
        Path(config.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(config.database_url, pool_size=max(4, config.web_threads))
    _engines["rw"] = engine
    _engines["ro"] = engine.execution_options(ro=True, **_read_only(engine))
    session.remove()
    session.configure(bind=engine)
    return engine


def _read_only(engine: sa.Engine) -> dict[str, bool]:
    return {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}


def engine() -> sa.Engine:
    """The engine of this process."""
    return _engines["rw"]


def is_sqlite() -> bool:
    """Whether the embedded database is in use."""
    return engine().dialect.name == "sqlite"


def dispose(close: bool = True) -> None:
    """Drop all connections; after a fork call it with `close=False` so that the parent keeps its own."""
    session.remove()
    if "rw" in _engines:
        _engines["rw"].dispose(close=close)


def read_only() -> None:
    """Make this request's session one in which the database refuses to write."""
    session.remove()
    session(bind=_engines["ro"])


def after_commit(what: Callable[[], None]) -> None:
    """Do something after the commit and only then, such as ringing the doorbell."""
    session().info.setdefault("after", []).append(what)


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answered in this transaction already, so that one request asks a question once.

    Only for what may be a moment old within one transaction: never for what is checked again right before a send.
    """
    now = session()
    if not now.in_transaction():
        now.begin()
    transaction, known = now.info.get("remembered", (None, {}))
    if transaction is not now.get_transaction():
        known = {}
        now.info["remembered"] = (now.get_transaction(), known)
    if key not in known:
        known[key] = make()
    return known[key]


def absent() -> set[tuple[str, uuid.UUID]]:
    """What this transaction saw is not there, as (table, id of what it belongs to): who only shows it need not ask.

    What belongs to a row that was taken before (`take`) and changes with it alone is not there for who decides either.
    """
    return remembered("absent", set[tuple[str, uuid.UUID]])


def forget() -> None:
    """Drop what is remembered, because this transaction changed it."""
    session().info.pop("remembered", None)


@contextmanager
def apart() -> Iterator[None]:
    """A part of the transaction of its own: what raises undoes this part alone, and nothing remembered outlives it."""
    try:
        with session.begin_nested():
            yield
    except Exception:
        forget()
        raise


def commit() -> None:
    """The one commit of a request or job, then what waited for it."""
    session.commit()
    for what in session().info.pop("after", []):
        what()


def rollback() -> None:
    """Forget everything this request or job changed."""
    session().info.pop("after", None)
    session.rollback()


def release() -> None:
    """End the transaction before slow work (network, pictures), so that it holds no lock. Nothing may be pending."""
    _must_be_clean()
    session.commit()


@contextmanager
def keep() -> Iterator[orm.Session]:
    """A short transaction of its own for what must survive a refusal (tries of a code, answers to a key).

    Comes before the request's own changes: the reading part of the transaction is closed first.
    """
    _must_be_clean()
    session.rollback()
    with orm.Session(engine(), expire_on_commit=False) as own, own.begin():
        yield own


def _must_be_clean() -> None:
    now = session()
    if now.new or now.dirty or now.deleted:
        raise RuntimeError("a separate transaction was asked for in the middle of changes")


def insert_ignoring(table: type[Base], **values: Any) -> sa.Insert:
    """INSERT that does nothing when a unique key is taken; add `.returning()` to know which it was."""
    return _dialect(is_sqlite()).insert(table).values(**values).on_conflict_do_nothing()


def add_once(table: type[Base], **values: Any) -> bool:
    """The same, carried out, for what runs at every tap: answers whether the row is new."""
    return bool(session.connection().execute(_once(table, is_sqlite()), values).rowcount)


@cache
def _once(table: type[Base], on_sqlite: bool) -> sa.Insert:
    made = _dialect(on_sqlite).insert(table.__table__).on_conflict_do_nothing()
    return made.execution_options(preserve_rowcount=True)


def _dialect(on_sqlite: bool) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite if on_sqlite else postgresql


def claim(table: type[Base], where: Sequence[sa.ColumnElement[bool]], order: Any, limit: int, **values: Any) -> Any:
    """UPDATE … RETURNING of at most `limit` rows that nobody else is claiming; answers the changed rows.

    PostgreSQL skips locked rows; SQLite has one writer, so the transaction itself is the lock.
    """
    return _claim(table, (table,), where, order, limit, values).scalars().all()


def claim_of(
    columns: Sequence[Any], table: type[Base], where: Sequence[sa.ColumnElement[bool]], order: Any, limit: int,
    **values: Any,
) -> Any:  # fmt: skip
    """The same for hundreds: answers these columns of the changed rows."""
    return _claim(table, columns, where, order, limit, values).all()


def _claim(
    table: type[Base], answered: Sequence[Any], where: Sequence[sa.ColumnElement[bool]], order: Any, limit: int,
    values: dict[str, Any],
) -> Any:  # fmt: skip
    chosen = _free(sa.select(table.id), where, order, limit)  # type: ignore[attr-defined]
    return session.execute(
        sa.update(table)
        .where(table.id.in_(chosen.scalar_subquery() if is_sqlite() else chosen.cte("claimed").select()))  # type: ignore[attr-defined]
        .values(**values)
        .returning(*answered)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def hold(columns: Sequence[Any], where: Sequence[sa.ColumnElement[bool]], order: Any, limit: int) -> Any:
    """At most `limit` rows that nobody else holds, for this transaction, which changes them: a claim in one change."""
    return session.execute(_free(sa.select(*columns), where, order, limit)).all()


def _free(query: Any, where: Sequence[sa.ColumnElement[bool]], order: Any, limit: int) -> Any:
    chosen = query.where(*where).order_by(order).limit(limit)
    return chosen if is_sqlite() else chosen.with_for_update(skip_locked=True)


def plan_afresh() -> None:
    """Let PostgreSQL plan this transaction's statements for what they are given now.

    For sweeps over tables that are empty most of the time and hold thousands a second later: a plan that was kept from
    the quiet hours would read the whole table for each row.
    """
    if not is_sqlite():
        session.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))


def among(column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """The column is one of the values: for hundreds of them, which PostgreSQL takes as one array, quickly."""
    if is_sqlite():
        return cast("sa.ColumnElement[bool]", column.in_(values))
    return cast("sa.ColumnElement[bool]", column == sa.any_(sa.literal(list(values), sa.ARRAY(column.type))))


def among_named(column: Any, name: str) -> sa.ColumnElement[bool]:
    """`among` for a statement that is built once: `name` is the parameter of the values, a list."""
    if is_sqlite():
        return cast("sa.ColumnElement[bool]", column.in_(sa.bindparam(name, expanding=True)))
    return cast("sa.ColumnElement[bool]", column == sa.any_(sa.bindparam(name, type_=sa.ARRAY(column.type))))


def lock(row: Base) -> None:
    """Take the row alone for this transaction and read it anew (SQLite: the transaction is the lock)."""
    session.refresh(row, with_for_update=None if is_sqlite() else {"of": type(row)})


def taken() -> set[uuid.UUID]:
    """Ids of rows that this transaction has taken alone already: who wants one of them need not ask again."""
    return remembered("taken", set[uuid.UUID])


def take(row_id: uuid.UUID) -> None:
    """Note that this transaction has taken a row alone: what was not there before may have come meanwhile."""
    taken().add(row_id)
    absent().clear()


def migrate(config: Config) -> None:
    """Bring the schema to the newest migration; several processes may try at once."""
    from .migrations.run import upgrade

    upgrade(config.owner_database_url or config.database_url)


def span_of(column: Any, bounds: Sequence[datetime]) -> sa.ColumnElement[int]:
    """Which span an instant lies in, from 1: `bounds` are the first instants of each, in order, and the end."""
    if is_sqlite():
        return sa.case(*((column < end, n) for n, end in enumerate(bounds[1:], 1)), else_=len(bounds))
    edges = sa.literal(list(bounds), sa.ARRAY(sa.DateTime(timezone=True)))
    return sa.func.width_bucket(column, edges, type_=sa.Integer())
