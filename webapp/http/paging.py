"""Keyset paging: a page begins after the last row of the one before, so that page 1,000 costs what page 1 does."""

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request

from webapp.db import Instant, session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows and the cursor of the next page (empty on the last one)."""

    rows: Sequence[T]
    after: str


def cursor() -> tuple[str, str] | None:
    """The `after` parameter of this request as (sort value, id); None when absent or damaged."""
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(request.args.get("after", "")[:200].encode()))
        return (fit(str(value)), str(uuid.UUID(str(row_id))))
    except (TypeError, ValueError, RecursionError):
        return None


def fit(text: str) -> str:
    """A text that a database can compare with. ValueError for one that none can hold."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError
    return text


def instant(text: str) -> datetime | None:
    """The instant that an address names; None when it names none."""
    try:
        return _instant(text[:40])
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    """The instant of a cursor in UTC. ValueError for what is none."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not 1 < at.year < 9999:
        raise ValueError
    return at


def _encode(value: Any, row_id: uuid.UUID) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else str(value)
    return base64.urlsafe_b64encode(json.dumps([plain, str(row_id)]).encode()).decode()


def newest_first(query: sa.Select[Any], column: Any, key: Any, size: int = 20) -> Page[Any]:
    """A page of a query by an instant column, newest first, ties by id."""
    here = _here()
    return _page(_part(query, column, key, size, here, descending=True), here, column, key, size)


def oldest_first(query: sa.Select[Any], column: Any, key: Any, size: int = 20) -> Page[Any]:
    """A page of a query by an instant column, oldest first, ties by id."""
    here = _here()
    return _page(_part(query, column, key, size, here, descending=False), here, column, key, size)


def kept(query: sa.Select[Any], values: dict[str, Any], column: Any, key: Any, size: int = 20) -> Page[Any]:
    """`oldest_first` of a statement that was built once; `values` are its parameters."""
    here = _here()
    return _page(_kept(query, column, key, size, bool(here)), {**values, **here}, column, key, size)


def rows(query: sa.Select[Any], column: Any, key: Any, size: int = 20) -> Page[Any]:
    """`oldest_first` of a query for columns, the two among them, rather than for objects."""
    here = _here()
    part = _part(query, column, key, size, here, descending=False)
    return _page(part, here, column, key, size, take=session.execute)


def _here() -> dict[str, Any]:
    """Where this page begins, as parameters; empty for the first one."""
    here = cursor()
    try:
        return {"after_at": _instant(here[0]), "after_id": uuid.UUID(here[1])} if here else {}
    except ValueError:
        return {}


def _part(query: sa.Select[Any], column: Any, key: Any, size: int, marked: Any, *, descending: bool) -> sa.Select[Any]:
    """The statement of a page: what comes after the mark, in order, and one more."""
    order = (column.desc(), key.desc()) if descending else (column, key)
    if marked:
        pair = sa.tuple_(column, key)
        mark = sa.tuple_(sa.bindparam("after_at", type_=Instant()), sa.bindparam("after_id", type_=sa.Uuid()))
        query = query.where(pair < mark if descending else pair > mark)
    return query.order_by(*order).limit(size + 1)


@cache
def _kept(query: sa.Select[Any], column: Any, key: Any, size: int, marked: bool) -> sa.Select[Any]:
    return _part(query, column, key, size, marked, descending=False)


def _page(
    query: sa.Select[Any],
    values: dict[str, Any],
    column: Any,
    key: Any,
    size: int,
    take: Callable[..., Any] | None = None,
) -> Page[Any]:
    found = (take or session.scalars)(query, values).unique().all()
    more = found[size - 1] if len(found) > size else None
    after = _encode(getattr(more, column.key), getattr(more, key.key)) if more is not None else ""
    return Page(found[:size], after)


def alphabetical(query: sa.Select[Any], text: Any, key: Any, size: int = 50) -> Page[Any]:
    """A page of a query by a text expression (selected beside the row), ties by id."""
    here = cursor()
    if here:
        mark = sa.tuple_(sa.literal(here[0]), sa.literal(uuid.UUID(here[1])))
        query = query.where(sa.tuple_(text, key) > mark)
    found = session.execute(query.add_columns(text).order_by(text, key).limit(size + 1)).unique().all()
    rows = [row[0] for row in found[:size]]
    after = _encode(found[size - 1][1], getattr(rows[-1], key.key)) if len(found) > size else ""
    return Page(rows, after)
