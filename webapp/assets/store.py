"""Files on disk: where they lie, how they come in, and the form each network gets.

A file is written once, whole, under a random key and never changed. The name somebody gave is only shown.
"""

import hashlib
import os
import re
import secrets
import tempfile
import unicodedata
import uuid
from pathlib import Path
from typing import Any, Protocol

from webapp import db, events
from webapp.config import Config
from webapp.db import new_id, session
from webapp.networks.base import Limits, Network
from webapp.people.permissions import Actor

from . import pictures
from .models import Asset, Rendition

_folder: list[Path] = []
_KEY = re.compile(r"[0-9a-f]{32}\.(jpg|webp)")


class Upload(Protocol):
    """A file of a form."""

    filename: str | None
    stream: Any


class Place(Protocol):
    """What an asset belongs to: a region."""

    id: uuid.UUID
    organization_id: uuid.UUID


def configure(config: Config) -> None:
    """Say where files lie. At start-up, in every process."""
    _folder[:] = [config.media]


def folder() -> Path:
    """The folder of all files."""
    return _folder[-1]


def path_of(key: str) -> Path:
    """Where the file of a key lies. ValueError for what is no key."""
    if not _KEY.fullmatch(key):
        raise ValueError("not a key")
    return folder() / key[:2] / key[2:4] / key


def lighter(path: Path) -> Path:
    """Where the AVIF of a rendition lies, if one was made."""
    return path.with_suffix(".avif")


def take_upload(upload: Upload, actor: Actor, region: Place) -> Asset:
    """A picture from a form. Ends the transaction before decoding. Invalid("file") when it is refused."""
    data = upload.stream.read(pictures.MOST_BYTES + 1)
    return take(data, upload.filename or "", region=region, by=actor)


def take(data: bytes, name: str, *, region: Place, by: Any) -> Asset:
    """A picture from bytes; `by` has the id of the person. Nothing may be pending in the session."""
    if len(data) > pictures.MOST_BYTES:
        raise pictures.refuse("bytes")
    if not pictures.sniff(data[:16]):
        raise pictures.refuse("kind")
    region_id, organization_id = region.id, region.organization_id
    db.release()
    width, height, stored = _make(data)
    asset = Asset(
        id=new_id(),
        organization_id=organization_id,
        region_id=region_id,
        person_id=by.id,
        name=shown_name(name),
        width=width,
        height=height,
    )
    asset.renditions = stored
    session.add(asset)
    session.flush()
    events.record("asset.added", asset, by=by, width=width, height=height)
    return asset


def _make(data: bytes) -> tuple[int, int, list[Rendition]]:
    with _workshop() as bench:
        source = Path(bench) / "source"
        source.write_bytes(data)
        width, height, made = pictures.renditions(source, Path(bench))
        return width, height, [_put(each) for each in made]


def _workshop() -> tempfile.TemporaryDirectory[str]:
    folder().mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=folder(), prefix=".press-")


def _put(made: pictures.Made) -> Rendition:
    """Move a finished file to its place in one step."""
    data = made.path.read_bytes()
    key = secrets.token_hex(16) + made.path.suffix
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    if lighter(made.path).is_file():
        _move(lighter(made.path), lighter(target))
    _move(made.path, target)
    return Rendition(
        id=new_id(),
        kind=made.kind,
        key=key,
        mime=pictures.MIMES[made.path.suffix],
        width=made.width,
        height=made.height,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _move(made: Path, target: Path) -> None:
    with open(made, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(made, target)


def existing_for(asset: Asset, network: Network, limits: Limits | None = None) -> Rendition | None:
    """The rendition a network would get, if it was made already."""
    most = (limits or network.limits).image_bytes
    full = asset.rendition("full")
    if full.size <= most:
        return full
    return next((r for r in asset.renditions if r.kind == f"net:{network.key}:{most}"), None)


def rendition_for(asset: Asset, network: Network, limits: Limits | None = None) -> Rendition:
    """The rendition a network gets, within its limits: the master when it fits, else one made for it."""
    found = existing_for(asset, network, limits)
    if found is not None:
        return found
    most = (limits or network.limits).image_bytes
    source = path_of(asset.rendition("full").key)
    with _workshop() as bench:
        made = pictures.within(source, Path(bench), f"net:{network.key}:{most}", most)
        rendition = _put(made)
    asset.renditions.append(rendition)
    session.flush()
    return rendition


def read(rendition: Rendition) -> bytes:
    """The bytes of a rendition. FileNotFoundError when somebody removed them."""
    return read_key(rendition.key)


def read_key(key: str) -> bytes:
    """The bytes under a key."""
    return path_of(key).read_bytes()


def digest(key: str) -> str:
    """SHA-256 of the bytes on disk now; `missing` when there are none."""
    try:
        with path_of(key).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return "missing"


def url_of(rendition: Rendition) -> str:
    """The address of a rendition on our own origin."""
    return f"/media/{rendition.key}"


def shown_name(name: str) -> str:
    """A file name fit for showing: no folders, no controls, no direction marks, at most 120 characters."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return plain.strip()[:120]
