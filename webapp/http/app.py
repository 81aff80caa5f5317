"""The Flask class of Nod: one place where a request is carried out, answered and committed."""

from flask import Flask, request
from htmx_flask import Htmx
from werkzeug.wrappers import Response

from webapp import db
from webapp.config import Config

from . import converters, keys

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Nod(Flask):
    """2xx and 3xx commit, anything else rolls back; what must survive a refusal goes through `db.keep()`."""

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
