"""The rooms in their order, and what they tell each other: the one visible place (architecture.md).

Lower rooms expose lists; here the higher ones fill them. The web application and the jobs both start with `wire()`.
"""

from importlib import import_module

from flask import Flask

from .config import Config

ROOMS: tuple[str, ...] = ()


def open_all(app: Flask, config: Config) -> None:
    """Register each room's pages, then wire the rooms."""
    for room in ROOMS:
        app.register_blueprint(import_module(f"webapp.{room}.views").bp)
    wire()


def wire() -> None:
    """Fill the lists that lower rooms expose; calling it twice changes nothing."""
