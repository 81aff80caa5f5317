"""`nod up`: one supervisor for everything that a single machine needs.

The application is built once, then forked into web, worker, clock and relay, so that they share its memory. The
embedded Redis runs beside them unless REDIS_URL names another. The supervisor itself never opens a database.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jobs import clock, relay, worker
from webapp import create_app, logs
from webapp.config import Config

from . import embedded, ground, prepare, warm, welcome
from .ground import Refusal
from .prepare import First
from .supervisor import Child, Supervisor
from .web import Certificate, serve

LOCAL = ("127.0.0.1", "::1")
WAIT = 30.0
"""Seconds that the first page may take before the terminal says that something is wrong."""


@dataclass(frozen=True)
class Plan:
    """How to be reached: listening addresses, a certificate, what to say when ready, and who else to run."""

    hosts: tuple[str, ...] = LOCAL
    tls: Certificate | None = None
    greet: Callable[[Config, First], str] = welcome.greeting
    others: Sequence[Child] = ()


def up(config: Config, plan: Plan | None = None) -> int:
    """Start everything and stay until SIGTERM, SIGINT or SIGHUP. Raises Refusal before anything is started."""
    plan = plan or Plan()
    ground.folder(config)
    ground.only_one(config)
    sockets = ground.listen(plan.hosts, config.port)
    redis = embedded.body(config) if embedded.wanted(config) else None
    _log_to(config.data / "log")
    logs.configure()
    logs.name_process("supervisor")

    app = create_app(config)
    first = prepare.in_child(config, meanwhile=lambda: warm.before_forks(app, config))

    house = Supervisor()
    if redis:
        house.add(Child("redis", redis, last=True, mend=lambda: embedded.put_aside(config)))
        _must_answer(house, config)
    house.add(Child("web", lambda: serve(app, config, sockets, plan.tls)))
    for number in range(config.job_workers):
        house.add(Child(f"worker-{number + 1}", lambda: worker.run(config)))
    house.add(Child("clock", lambda: clock.run(config)))
    house.add(Child("relay", lambda: relay.run(config)))
    for other in plan.others:
        house.add(replace(other))
    welcome.when_ready(house, config, plan.tls, plan.greet(config, first), WAIT)
    house.watch()
    print("Nod has stopped.", flush=True)
    return 0


def _must_answer(house: Supervisor, config: Config) -> None:
    if not embedded.answers(config) and not house.asked:
        house.wait(0)
        said = embedded.says(config)
        house.stop()
        raise Refusal(f"The embedded Redis does not start: {said}")


def _log_to(folder: Path) -> None:
    """At a terminal, keep the structured lines in a file, so that the address stays readable."""
    if not sys.stderr.isatty():
        return
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / "nod.log"
    if path.exists() and path.stat().st_size > 10_000_000:
        path.replace(path.with_suffix(".log.1"))
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    os.close(log)
