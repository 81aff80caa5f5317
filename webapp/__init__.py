"""Nod: give a post the nod from your phone.

`create_app` is the table of contents: the ground floor first, then how a request is guarded, then the rooms from the
bottom up, and last the few places where a higher room tells a lower one what it knows (`rooms.py`).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .config import Config


def create_app(config: "Config | None" = None) -> "Flask":
    """The web application of one installation. Nothing happens at import; everything happens here."""
    from . import rooms
    from .config import from_environment
    from .http import app as cycle
    from .http import assets, compression, errors, guards, health, pwa, saving, shell

    config = config or from_environment()
    rooms.lay_ground(config)

    app = cycle.build("webapp", config)
    guards.init(app, config)
    errors.init(app)
    shell.init(app)
    assets.init(app, config)
    pwa.init(app, config)
    saving.init(app)
    compression.init(app)
    app.register_blueprint(health.bp)
    rooms.open_all(app, config)
    return app
