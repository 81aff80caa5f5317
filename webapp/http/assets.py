"""Style, behaviour and symbols: many small sources, joined at start-up and served for ever.

No build tool: `order.txt` in each folder says which files are joined, in which order. What comes out is named
by its content, prepared in brotli and gzip once, and kept under `<data>/cache` for the next start.
"""

import gzip
import hashlib
import json
import mimetypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import brotli
from flask import Blueprint, Flask, abort, request
from werkzeug.wrappers import Response

from webapp.config import Config, ConfigError

from . import compression, shrink, sprite
from .actor import public

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
HTMX = ROOT.parent / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
ICONS = ("icon.svg", "icon-maskable.svg", "badge-mono.svg")
BEST = {
    "br": partial(brotli.compress, quality=11),
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """One served file: its fingerprint and its bytes in each encoding ("" is plain)."""

    name: str
    hash: str
    bodies: dict[str, bytes]

    @property
    def url(self) -> str:
        """Where it is served; changes whenever its content does."""
        stem, _, ending = self.name.rpartition(".")
        return f"/static/{stem}.{self.hash}.{ending}"


def parts(kind: str) -> list[str]:
    """The sources of one kind (`css` or `js`), in the order in which they are joined."""
    return _ordered(STATIC / kind, kind)


def _ordered(folder: Path, ending: str) -> list[str]:
    """What a folder's `order.txt` names."""
    return [(folder / f"{name}.{ending}").read_text() for name in (folder / "order.txt").read_text().split()]


def _css() -> str:
    return "\n".join(parts("css"))


def scripts(folder: Path) -> str:
    """Each behaviour in a block of its own, so that files share nothing but what they say they share."""
    return '"use strict";\n' + "\n".join(f"(() =>{{\n{_lean(part)}\n}})();" for part in _ordered(folder, "js"))


def _lean(script: str) -> str:
    """Without what only its readers need: indents, lines of comment. No text of ours goes over a line's end."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def small(script: str, folder: Path) -> str:
    """A script as it is served; made once for each state of the sources."""
    name = digest(f"{sys.version_info}{script}".encode())
    return kept(folder / f"{name}.js", lambda: shrink.shrunk(script)).decode()


def _htmx() -> str:
    if not HTMX.is_file():
        raise ConfigError("htmx is not installed: run `make` once, which gets it from the npm registry.")
    return HTMX.read_text().partition("//# sourceMappingURL")[0]


def _icons(app: Flask, folder: Path) -> dict[str, str]:
    """The icons that templates and code name, found once for each state of the sources."""
    code = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)
    texts = sprite.sources(app.jinja_env, code)
    return json.loads(kept(folder / f"{digest(repr(texts).encode())}.icons", lambda: _dumped(sprite.used(texts))))


def _dumped(names: dict[str, str]) -> bytes:
    return json.dumps(names).encode()


def _sources(app: Flask, folder: Path) -> dict[str, bytes]:
    """Every file to serve, joined, as bytes."""
    files = {
        "app.css": _css(),
        "app.js": small(scripts(STATIC / "js"), folder),
        "device.js": small(scripts(STATIC / "shared"), folder),
        "htmx.js": _htmx(),
        "icons.svg": sprite.build((STATIC / "img" / "own.svg").read_text(), _icons(app, folder)),
        **{name: (STATIC / "img" / name).read_text() for name in ICONS},
    }
    return {name: text.encode() for name, text in files.items()}


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """What an earlier start left at `path`, or what `make` makes, left there for the next."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_suffix(f".{os.getpid()}")
        mine.write_bytes(make())
        mine.replace(path)
    return path.read_bytes()


@cache
def _squeezed(encoding: str, body: bytes) -> bytes:
    return BEST[encoding](body)


def prepared(body: bytes, folder: Path) -> dict[str, bytes]:
    """Plain, brotli and gzip."""

    def encoded(encoding: str) -> bytes:
        return kept(folder / f"{digest(body)}.{encoding}", lambda: _squeezed(encoding, body))

    return {"": body, **{encoding: encoded(encoding) for encoding in BEST}}


def build(app: Flask, folder: Path) -> dict[str, File]:
    """Join, fingerprint and compress everything. Raises ConfigError or MissingIcon with a sentence."""
    return {name: File(name, digest(body)[:12], prepared(body, folder)) for name, body in _sources(app, folder).items()}


def init(app: Flask, config: Config) -> None:
    """Prepare the files, serve them, and give templates `asset(name)` and `icon_url(name)`."""
    files = build(app, config.data / "cache")
    symbols = sprite.names(files["icons.svg"].bodies[""].decode())
    app.config["ASSETS_VERSION"] = digest("".join(f.hash for f in files.values()).encode())[:12]
    app.extensions["assets"] = files

    def asset(name: str) -> str:
        return files[name].url

    def icon_url(name: str) -> str:
        if config.testing and name not in symbols:
            raise sprite.MissingIcon(f"The icon {name!r} is not in the sprite: name it as i('…') or icon='…'.")
        return f"{files['icons.svg'].url}#{name}"

    app.jinja_env.globals.update(asset=asset, icon_url=icon_url)
    app.register_blueprint(_blueprint(files))


def _blueprint(files: dict[str, File]) -> Blueprint:
    bp = Blueprint("assets", __name__)

    @bp.get("/static/<name>.<fingerprint>.<ending>", endpoint="static")
    @public
    def static(name: str, fingerprint: str, ending: str) -> Response:
        # a page of another release gets what this one has, without keeping it
        file = files.get(f"{name}.{ending}") or abort(404)
        return serve(file, FOREVER if fingerprint == file.hash else "no-cache")

    @bp.get("/favicon.ico", endpoint="favicon")
    @public
    def favicon() -> Response:
        return serve(files["icon.svg"], "public, max-age=86400")

    return bp


def serve(file: File, keep: str) -> Response:
    """The best encoding the browser takes."""
    encoding = compression.encoding(request.accept_encodings)
    encoding = encoding if encoding in file.bodies else ""
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response = Response(file.bodies[encoding], mimetype=mime)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = keep
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{file.hash}{encoding}")
    return response.make_conditional(request)
