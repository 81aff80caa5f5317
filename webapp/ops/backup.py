"""`nod backup`: the database, the pictures and, if wanted, the keys, in one file.

The database is copied first, so that every picture it names is there to be copied after it. Keys open the secrets of
the channels: a backup with them should be sealed with a passphrase or kept like a key.
"""

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from webapp import times, vault
from webapp.config import Config
from webapp.push import vapid

from . import archive, dumps
from .ground import Refusal

FORMAT = 1


def save(config: Config, target: Path, *, keys: bool, passphrase: str) -> list[str]:
    """Write a backup readable by its owner only; answers what is in it, for the terminal. Raises Refusal."""
    if target.exists():
        raise Refusal(f"{target} exists already: choose another name.")
    if keys and config.keys:
        raise Refusal("The keys are in NOD_KEYS, not in a file: keep them where you keep them, and back up without.")
    spare = target.with_name(target.name + ".part")
    try:
        with _sink(spare, passphrase) as sink, tarfile.open(fileobj=sink, mode="w|gz") as tar:
            pictures = _fill(tar, config, keys)
        os.replace(spare, target)
    except OSError as error:
        raise Refusal(f"{target} cannot be written ({(error.strerror or 'unknown reason').lower()}).") from None
    finally:
        spare.unlink(missing_ok=True)
    return [
        f"{target} holds the database and {pictures} picture files.",
        "It holds the keys." if keys else "It holds no keys: keep those of this installation elsewhere.",
        "It is sealed with your passphrase." if passphrase else "It is not sealed: whoever has it can read it.",
    ]


@contextmanager
def _sink(path: Path, passphrase: str) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if not passphrase:
            yield file
            return
        with archive.Sealing(file, passphrase) as sealing:
            yield sealing  # type: ignore[misc]


def _fill(tar: tarfile.TarFile, config: Config, keys: bool) -> int:
    about = {"format": FORMAT, "made_at": times.iso(times.now()), "database": dumps.kind(config), "keys": keys}
    _add_bytes(tar, "manifest.json", json.dumps(about).encode())
    with tempfile.TemporaryDirectory(dir=config.data) as folder:
        copy = Path(folder) / "database"
        dumps.dump(config, copy)
        tar.add(copy, "database", filter=_plain)
    if keys:
        _add_bytes(tar, "keys/master.json", vault.path(config).read_bytes())
        if not config.vapid_key and vapid.path(config).exists():
            _add_bytes(tar, "keys/vapid.pem", vapid.path(config).read_bytes())
    return sum(_add_picture(tar, config, path) for path in sorted(config.media.rglob("*")) if path.is_file())


def _add_picture(tar: tarfile.TarFile, config: Config, path: Path) -> bool:
    try:
        tar.add(path, f"media/{path.relative_to(config.media).as_posix()}", filter=_plain)
    except FileNotFoundError:
        return False  # cleaned up meanwhile: nothing in the copied database needs it any more
    return True


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(_plain(entry), io.BytesIO(data))


def about(tar: tarfile.TarFile) -> dict[str, Any]:
    """The manifest, which is the first entry. Raises Refusal when this is not a backup."""
    first = tar.next()
    file = tar.extractfile(first) if first and first.name == "manifest.json" else None
    found = json.loads(file.read(10_000)) if file else {}
    if found.get("format") != FORMAT:
        raise Refusal("This is not a backup that this version of Nod can read.")
    return dict(found)
