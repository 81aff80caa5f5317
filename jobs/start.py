"""The start of every job process: keys, database, bell, and the jobs that may run."""

from webapp import logs, rooms
from webapp.config import Config

from . import approvals, calendar, channels, cleaning, inbox, links, publishing, push, queue, replies

LISTED = (approvals, calendar, channels, cleaning, inbox, links, publishing, push, replies)
"""The files whose jobs may run: importing one puts its jobs on the list."""


def start(name: str, config: Config) -> None:
    """Make this process ready to run jobs under a name (worker, clock, relay). Also right after a fork."""
    logs.configure()
    logs.name_process(name)
    rooms.lay_ground(config)
    queue.connect(config)
    rooms.wire()
    logs.event("started")
