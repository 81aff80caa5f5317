"""Many rows in one statement: the part of `db.py` for what comes by the hundred.

SQLite runs a statement once for each row, quickly. For PostgreSQL a parameter for each value of each row costs more to
write down than the rows cost to store, so all of them go as one JSON text that it reads as a table.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .db import Base, is_sqlite, session

Rows = list[dict[str, Any]]


def insert(model: type[Base], rows: Rows, unique: tuple[str, ...] = (), returning: tuple[str, ...] = ()) -> Any:
    """INSERT in the order of the rows, which all have the same columns. Those whose unique key is taken are left out
    when one is named; answers what was asked for of the others."""
    return _run(_insert(model, tuple(rows[0]), unique, returning, sqlite=is_sqlite()), rows)


def upsert(model: type[Base], rows: Rows, unique: tuple[str, ...], change: Any, returning: tuple[str, ...]) -> Any:
    """INSERT, and where the unique key is taken the changes that `change(new, old)` names, once for each statement."""
    return _run(_upsert(model, tuple(rows[0]), unique, change, returning, sqlite=is_sqlite()), rows)


def update(model: type[Base], rows: Rows, counter: str = "", of: str = "id") -> None:
    """Each row changes those whose id (or another column, `of`) is its `key`; `counter` names a column that grows by
    one with it."""
    _run(_update(model, tuple(rows[0]), counter, of, sqlite=is_sqlite()), rows)


def change(model: type[Base], changes: Mapping[uuid.UUID, dict[str, Any]]) -> None:
    """Rows by their ids, each with its new values: one statement for those that change the same columns."""
    alike: dict[tuple[str, ...], Rows] = defaultdict(list)
    for key, values in changes.items():
        names = tuple(sorted(values))
        alike[names].append({"key": key, **{name: values[name] for name in names}})
    for rows in alike.values():
        update(model, rows)


def _run(statement: Any, rows: Rows) -> Any:
    if is_sqlite():
        return session.execute(statement, rows)
    return session.execute(statement, {"given": json.dumps(rows, default=str)})


def _given(table: sa.Table, names: Sequence[str]) -> Any:
    """The rows of the one parameter as a table (PostgreSQL)."""
    columns = [sa.column(name, table.c["id" if name == "key" else name].type) for name in names]
    asked = sa.cast(sa.bindparam("given", type_=sa.Text()), postgresql.JSON)
    return sa.func.json_to_recordset(asked).table_valued(*columns, name="given").render_derived(with_types=True)


def _start(model: type[Base], names: tuple[str, ...], is_sqlite_: bool) -> Any:
    table: Any = model.__table__
    if is_sqlite_:
        return sqlite.insert(table)
    given = _given(table, names)
    return postgresql.insert(table).from_select(names, sa.select(*(given.c[name] for name in names)))


@cache
def _insert(
    model: type[Base], names: tuple[str, ...], unique: tuple[str, ...], returning: tuple[str, ...], *, sqlite: bool
) -> Any:
    statement = _start(model, names, sqlite)
    if unique:
        statement = statement.on_conflict_do_nothing(index_elements=list(unique))
    return statement.returning(*(model.__table__.c[name] for name in returning)) if returning else statement


@cache
def _upsert(
    model: type[Base], names: tuple[str, ...], unique: tuple[str, ...], change: Any, returning: tuple[str, ...],
    *, sqlite: bool,
) -> Any:  # fmt: skip
    statement, table = _start(model, names, sqlite), model.__table__
    set_ = change(statement.excluded, table.c)
    statement = statement.on_conflict_do_update(index_elements=list(unique), set_=set_)
    return statement.returning(*(table.c[name] for name in returning))


@cache
def _update(model: type[Base], names: tuple[str, ...], counter: str, of: str, *, sqlite: bool) -> Any:
    table: Any = model.__table__
    named = {name: sa.bindparam(name, type_=table.c["id" if name == "key" else name].type) for name in names}
    given = named if sqlite else _given(table, names).c
    values = {name: given[name] for name in names if name != "key"}
    if counter:
        values[counter] = table.c[counter] + 1
    return sa.update(table).where(table.c[of] == given["key"]).values(values)
