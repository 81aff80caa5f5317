"""The Flask class of Nod: one place where a request is carried out, answered and committed."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, request
from flask.templating import Environment
from htmx_flask import Htmx
from werkzeug.wrappers import Response

from webapp import db
from webapp.config import Config

from . import converters, keys

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Pages(Environment):
    """Templates with the globals of all: none has its own here, and looking through a chain of maps costs every
    import and include of a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Those of all, unless somebody asks for more."""
        return super().make_globals(d) if d else self.globals


class Nod(Flask):
    """2xx and 3xx commit, anything else rolls back; what must survive a refusal goes through `db.keep()`."""

    jinja_environment = Pages

    def dispatch_request(self) -> Response:
        """Run the view (or repeat the answer its key was given), then commit before anything is sent."""
        if request.method in SAFE:
            return self.make_response(super().dispatch_request())
        repeated = keys.begin()
        if repeated is not None:
            return repeated
        response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            keys.settle(response)
            db.commit()
        else:
            db.rollback()
            keys.drop()
        return response


def begin() -> None:
    """A request that may not write gets a transaction in which the database refuses to."""
    if request.method in SAFE and request.endpoint not in (None, "assets.static"):
        db.read_only()


def end(_error: BaseException | None) -> None:
    """Give the connection back, whatever happened."""
    db.session.remove()


def build(import_name: str, config: Config) -> Nod:
    """A bare application with its request cycle."""
    app = Nod(import_name, template_folder="templates", static_folder=None)
    app.config.update(NOD=config, TESTING=config.testing)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Htmx(app)
    converters.init(app)
    app.before_request(begin)
    app.teardown_request(end)
    return app
