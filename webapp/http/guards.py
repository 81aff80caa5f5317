"""What every request passes before its view, in this order."""

from flask import Flask

from webapp.config import Config

from . import actor, headers, limits, locale, logging, origin


def init(app: Flask, config: Config) -> None:
    """Host and size, a name for the request, who asks, in which language, from where, how often."""
    headers.init(app, config)
    logging.init(app)
    actor.init(app)
    locale.init(app, config)
    app.before_request(actor.guard)
    app.before_request(origin.check)
    limits.init(app, config)
