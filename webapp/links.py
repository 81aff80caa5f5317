"""Absolute addresses of our own pages, for what is read outside of a request: mails, feeds, networks."""

from .config import Config

_base: list[str] = []


def configure(config: Config) -> None:
    """Take the address that people type. Called once at the start of every process."""
    _base[:] = [config.base_url]


def url(path: str) -> str:
    """The absolute address of a path of ours, such as `/posts/…`."""
    return _base[0] + path
