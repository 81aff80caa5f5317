"""Structured logs: one JSON object a line on standard error, for web and jobs alike.

A line says what happened, never what somebody wrote: no message text, no secret, no exception message (it may
quote one). An exception is told by its class and the places it passed. JSON escapes line breaks, so one event
stays one line.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from . import times

request_id: ContextVar[str] = ContextVar("request_id", default="")
_process: list[str] = ["nod"]


def name_process(name: str) -> None:
    """Say which process this is (web, worker, clock, relay); every later line carries it."""
    _process[:] = [name]


def event(kind: str, *, level: str = "info", **fields: object) -> None:
    """Write one event.

    Fields are short facts: ids, counts, milliseconds; what JSON cannot hold becomes text.
    """
    line = {
        "at": times.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level,
        "kind": kind,
        "process": _process[0],
        "pid": os.getpid(),
    }
    if request_id.get():
        line["request"] = request_id.get()
    line.update((name, value) for name, value in fields.items() if name not in line)
    sys.stderr.write(json.dumps(line, default=str, ensure_ascii=True) + "\n")
    sys.stderr.flush()


def error(kind: str, exception: BaseException, **fields: object) -> None:
    """Write an unexpected exception: its class and the places it passed, without its words."""
    event(kind, level="error", error=type(exception).__name__, where=_places(exception), **fields)


@contextmanager
def request(identifier: str) -> Iterator[None]:
    """Mark every line of a block with a request id."""
    token = request_id.set(identifier)
    try:
        yield
    finally:
        request_id.reset(token)


def _places(exception: BaseException) -> list[str]:
    frames = traceback.extract_tb(exception.__traceback__)[-8:]
    return [f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in frames]


class _Lines(logging.Handler):
    """Turns records of libraries (gunicorn, rq, alembic) into our lines."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, object] = {"logger": record.name, "message": record.getMessage()[:500]}
        caught = record.exc_info[1] if record.exc_info else None
        if caught is not None:
            fields |= {"error": type(caught).__name__, "where": _places(caught)}
        event("library", level=record.levelname.lower(), **fields)


def configure(level: int = logging.WARNING) -> None:
    """Send the records of every library through `event`, from `level` on."""
    root = logging.getLogger()
    root.handlers[:] = [_Lines()]
    root.setLevel(level)
    logging.captureWarnings(True)
