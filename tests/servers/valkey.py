"""The embedded Redis-compatible server, for a test to ring, lose and find again."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from webapp.config import Config
from webapp.ops import embedded, family


@dataclass
class Valkey:
    """A server in a folder of its own; `config` is the given one with its folder and address."""

    config: Config
    pid: int = 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.pid = family.fork("valkey", embedded.body(self.config))
        assert embedded.answers(self.config)

    def kill(self) -> None:
        """As a crash would: at once, without a word."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0


@contextmanager
def server(config: Config) -> Iterator[Valkey]:
    """A running server; gone afterwards. Its socket lies in a short folder, since such paths are limited."""
    with tempfile.TemporaryDirectory(prefix="nod-valkey-") as folder:
        place = Path(folder)
        one = Valkey(replace(config, data=place, redis_url=f"unix://{place / 'redis' / 'valkey.sock'}"))
        one.start()
        try:
            yield one
        finally:
            one.kill()
