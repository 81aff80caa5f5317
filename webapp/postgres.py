"""Connections to PostgreSQL: alive when they are handed out, in UTC, and with their prepared statements kept."""

import select
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.pq import ExecStatus, TransactionStatus

IDLE = 60.0
"""After so many seconds in the pool a connection is asked whether it still lives."""


class Columns(Sequence[Any]):
    """The columns of a result, described when somebody asks: SQLAlchemy does so once for each statement."""

    def __init__(self, describe: Callable[[], Any]) -> None:
        self._describe = describe

    @cached_property
    def _all(self) -> list[psycopg.Column]:
        return self._describe() or []

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)


class Cursor(psycopg.Cursor[Any]):
    """A cursor that describes its columns only to who looks at them."""

    @property
    def description(self) -> Any:
        """As DB-API has it: None where the statement answers no rows."""
        result = self.pgresult
        if result is None or not (result.nfields or result.status == ExecStatus.TUPLES_OK):
            return None
        return Columns(lambda: psycopg.Cursor.description.fget(self))  # type: ignore[attr-defined]


class Connection(psycopg.Connection[Any]):
    """Ends what could only read by a COMMIT: at a ROLLBACK the driver drops all that it had prepared on the server.

    A page is a transaction that only reads, so each would be planned from nothing, which takes longer than running it.
    """

    def rollback(self) -> None:
        """End the transaction and undo what it did."""
        if self.read_only and self.info.transaction_status == TransactionStatus.INTRANS:
            self.commit()
        else:
            super().rollback()


def listen(engine: sa.Engine) -> None:
    """Give an engine's connections these habits."""
    sa.event.listen(engine, "do_connect", _open)
    sa.event.listen(engine, "connect", _begin)
    sa.event.listen(engine, "checkin", _checkin)
    sa.event.listen(engine, "checkout", _checkout)


def _open(_dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]) -> Connection:
    return Connection.connect(*arguments, cursor_factory=Cursor, **named)


def _begin(dbapi: Any, _record: object) -> None:
    dbapi.execute("SET TIME ZONE 'UTC'")
    dbapi.execute("SET jit = off")  # our statements are short: compiling one takes longer than running it
    dbapi.commit()


def _checkin(_dbapi: Any, record: Any) -> None:
    record.info["left"] = time.monotonic()


def _checkout(dbapi: Any, record: Any, _proxy: object) -> None:
    """A server that ended a connection has said so on its socket: looking there costs no round trip, a ping would.

    What lay idle for long is asked all the same: a machine that vanished says nothing.
    """
    idle = time.monotonic() - record.info.get("left", time.monotonic())
    look = select.poll()
    try:
        look.register(dbapi.fileno(), select.POLLIN)
        if idle > IDLE or look.poll(0):
            dbapi.execute("SELECT 1")
            dbapi.commit()
    except dbapi.OperationalError as gone:
        raise sa.exc.InvalidatePoolError("The database ended this connection.") from gone
