"""The one wrapper around every job, and the list of what may run at all.

A job is a function under `@job`: it loads, calls one verb and returns. `perform` is the only way to run one:
it opens the session, commits what the job left, rolls back when it raises, and writes one line. Arguments are
ids as text, or none for a sweep; nothing else is authority. Every job may run twice, or while another of its
kind runs.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from webapp import db, events, logs

Job = TypeVar("Job", bound=Callable[..., object])
JOBS: dict[str, Callable[..., object]] = {}


class UnknownJob(Exception):
    """Somebody asked for a job that is not on the list. It names nothing that could be run."""


def job(function: Job) -> Job:
    """Put a function on the list under its own name."""
    JOBS[function.__name__] = function
    return function


def perform(name: str, *ids: str) -> object:
    """Run one job from the list in a transaction of its own and answer what it answers.

    Raises UnknownJob for a name that is not listed, and whatever the job raises, after rolling back.
    """
    if name not in JOBS:
        raise UnknownJob
    began = time.monotonic()
    mark = events.origin.set(f"job:{name}")
    try:
        result = JOBS[name](*ids)
        db.commit()
    except BaseException as exception:
        db.rollback()
        logs.error("job", exception, job=name, ids=ids, ms=_since(began))
        raise
    finally:
        db.session.remove()
        events.origin.reset(mark)
    logs.event("job", job=name, ids=ids, ms=_since(began), result=result if isinstance(result, int) else None)
    return result


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
