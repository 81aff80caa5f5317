"""The web server: gunicorn with threads, serving an application that was built before it forked."""

import gc
import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from webapp import db, logs
from webapp.config import Config

from . import family

GRACE = 8
"""Seconds that requests under way have at a stop."""
CIRCLES = 5000
"""New objects after which Python looks for circles among them. A page makes thousands that go by themselves: looking
after every 700, as it does by default, took a tenth of a page's time."""


MEMORY = Path("/", "dev", "shm")
"""Where Linux keeps files in memory: gunicorn's heartbeat must not wait for a disk."""


@dataclass(frozen=True)
class Certificate:
    """Files of a TLS certificate and its key."""

    certificate: Path
    key: Path


class Lines(Logger):
    """gunicorn's own messages, as our structured lines."""

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger."""
        super().setup(cfg)
        for own in (self.error_log, self.access_log):
            own.handlers[:] = []
            own.propagate = True
        self.error_log.setLevel(logging.WARNING)


class Server(BaseApplication):
    """gunicorn without its command line: a ready application and a table of settings."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self.app, self.settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        """Take over the settings."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that was built before."""
        return self.app


def settings(config: Config, bind: Sequence[str], tls: Certificate | None = None) -> dict[str, Any]:
    """How gunicorn runs here. `bind` is `host:port`, `unix:path` or `fd://number`."""

    def post_fork(server: Any, _worker: Any) -> None:
        family.die_with(server.pid)
        gc.set_threshold(CIRCLES, 10, 10)
        logs.name_process("web")
        db.init(config)
        logs.event("started")

    chosen: dict[str, Any] = {
        "bind": list(bind),
        "workers": config.web_workers,
        "threads": config.web_threads,
        "worker_class": "gthread",
        "preload_app": True,
        "control_socket_disable": True,
        "timeout": 60,
        "graceful_timeout": GRACE,
        "keepalive": 15,
        "logger_class": Lines,
        "post_fork": post_fork,
        "proc_name": "nod",
    }
    if MEMORY.is_dir():
        chosen["worker_tmp_dir"] = str(MEMORY)
    if tls:
        chosen |= {"certfile": str(tls.certificate), "keyfile": str(tls.key)}
    return chosen


def serve(app: Flask, config: Config, sockets: Sequence[socket.socket], tls: Certificate | None = None) -> None:
    """Serve on sockets that are already bound, until SIGTERM."""
    logs.configure()
    logs.name_process("web")
    bind = [f"fd://{os.dup(one.fileno())}" for one in sockets]
    Server(app, settings(config, bind, tls)).run()
