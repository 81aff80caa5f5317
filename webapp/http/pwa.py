"""What makes Nod an app on a phone: its manifest, its icons and its worker, and what the worker may keep.

Everything that differs by release is written into the worker's text, so that a new release is a new worker; it waits
until the app is next started (design E5).
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, request
from werkzeug.wrappers import Response

from webapp import i18n
from webapp.config import Config
from webapp.i18n import _

from . import assets, icons
from .actor import actor_or_none, public

OWNER, KEEP = "Nod-Person", "Nod-Keep"
LIGHT, DARK = "#f0f6f3", "#0b1310"
PRECACHED = ("app.css", "app.js", "device.js", "htmx.js", "icons.svg")
PURPOSES = ("any", "maskable", "monochrome")
View = TypeVar("View", bound=Callable[..., Any])

bp = Blueprint("pwa", __name__)


def kept(view: View) -> View:
    """Mark a view whose page the worker may keep on the device of the person it was made for."""
    view.is_kept = True  # type: ignore[attr-defined]
    return view


def init(app: Flask, config: Config) -> None:
    """Build the worker, serve it with manifest and icons, and tell it whose each page is."""
    app.extensions["worker"] = worker(app.extensions["assets"], config)
    app.register_blueprint(bp)
    app.after_request(mark)


def worker(files: dict[str, assets.File], config: Config) -> assets.File:
    """The worker of this release as one file."""
    folder = config.data / "cache"
    body = assets.small(assets.scripts(assets.STATIC / "worker"), folder).removeprefix('"use strict";')
    precache = [files[name].url for name in PRECACHED]
    build = {"precache": precache, "version": assets.digest(f"{precache}{body}".encode())[:8]}
    shared = json.dumps(files["device.js"].url)
    head = f"importScripts({shared});\nconst BUILD = {json.dumps(build)};"
    text = f'"use strict";\n{head}\n{body}'.encode()
    return assets.File("sw.js", assets.digest(text)[:12], assets.prepared(text, folder))


def mark(response: Response) -> Response:
    """Say whose page this is, so that a device never shows one person's page to another; `-` is nobody's."""
    if response.mimetype == "text/html" or response.status_code in (204, 304, 401):
        if "public" in response.headers.get("Cache-Control", ""):
            return response
        person = actor_or_none()
        response.headers[OWNER] = person.owner if person else "-"
        view = current_app.view_functions.get(request.endpoint or "")
        if person and getattr(view, "is_kept", False):
            response.headers[KEEP] = "1"
    return response


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    """Asked for again at each start; everything it needs is in it."""
    return assets.serve(current_app.extensions["worker"], "no-cache")


@bp.get("/icons/<name>.png")
@public
def icon(name: str) -> Response:
    """A picture of the app; its address stays, its tag changes."""
    found = icons.ICONS.get(name) or abort(404)
    return assets.serve(icons.png(found, current_app.config["NOD"].data / "cache"), "public, max-age=604800")


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """The app as a launcher shows it, in the language and look of whoever asks."""
    body = json.dumps(description(), ensure_ascii=False)
    response = Response(body, mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    response.set_etag(assets.digest(body.encode())[:20], weak=True)
    return response.make_conditional(request)


def description() -> dict[str, Any]:
    """The manifest. `id` never changes: it is what an installed app is known by."""
    person = actor_or_none()
    paper = DARK if person and person.theme == "dark" else LIGHT
    return {
        "id": "/",
        "name": "Nod",
        "short_name": "Nod",
        "description": _("Give a post the nod from your phone."),
        "lang": i18n.language(),
        "dir": i18n.direction(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "launch_handler": {"client_mode": "navigate-existing"},
        "categories": ["business", "productivity", "social"],
        "theme_color": paper,
        "background_color": paper,
        "icons": [_icon(name) for name, each in icons.ICONS.items() if each.purpose in PURPOSES],
        "shortcuts": [
            {"name": _("Approvals"), "url": "/approvals", "icons": [_icon("approvals-96")]},
            {"name": _("Inbox"), "url": "/inbox", "icons": [_icon("inbox-96")]},
            {"name": _("New post"), "url": "/posts/new", "icons": [_icon("write-96")]},
        ],
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "picture", "accept": ["image/jpeg", "image/png", "image/webp", "image/gif"]}],
            },
        },
        "screenshots": [
            _screen("screen-card", _("A post with its decision under the thumb")),
            _screen("screen-queue", _("What waits for you, by deadline")),
            _screen("screen-desk", _("Queue, post and checks side by side")),
        ],
    }


def _icon(name: str) -> dict[str, str]:
    found = icons.ICONS[name]
    shown = {"src": f"/icons/{name}.png", "sizes": found.sizes, "type": "image/png"}
    return shown | ({"purpose": found.purpose} if found.purpose else {})


def _screen(name: str, label: str) -> dict[str, str]:
    found = icons.ICONS[name]
    return {
        "src": f"/icons/{name}.png",
        "sizes": found.sizes,
        "type": "image/png",
        "form_factor": found.purpose,
        "label": label,
    }
