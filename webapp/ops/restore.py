"""`nod restore`: put a backup in place of what is here, and say what people must do again.

The former SQLite file is moved aside, not deleted. Only the entries a backup has are read from the archive, each to
a place chosen here: a name in an archive never chooses a path outside the data folder.
"""

import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy.exc

from webapp import db, times, vault
from webapp.config import Config
from webapp.push import vapid

from . import archive, backup, dumps, ground, heartbeat, sealed
from .ground import Refusal

_PICTURE = re.compile(r"media/((?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*)")


def load(config: Config, source: Path, *, passphrase: str, sure: bool) -> list[str]:
    """Restore a backup; answers what happened and what to do now, for the terminal. Raises Refusal."""
    if ground.running(config):
        raise Refusal("Nod is running on this data folder: stop it first.")
    _nobody_at_work(config, sure)
    said: list[str] = []
    with tempfile.TemporaryDirectory(dir=config.data) as folder:
        with _source(source, passphrase) as file, _tar(file) as tar:
            about = backup.about(tar)
            if about["database"] != dumps.kind(config):
                raise Refusal(f"The backup is of {about['database']}, but DATABASE_URL is not.")
            _unpack(tar, Path(folder))
        aside = dumps.load(config, Path(folder) / "database", times.now())
        _move_in(config, Path(folder))
    said += [f"Restored the backup of {about['made_at']}."]
    said += [f"The former database is in {aside}."] if aside else []
    db.migrate(config)
    return said + _reconnect(config)


def _nobody_at_work(config: Config, sure: bool) -> None:
    """Refuse while clocks of other hosts are at work, or while there is something to lose and nobody said yes."""
    db.init(config)
    try:
        if heartbeat.heard("clock") or heartbeat.heard("relay"):
            raise Refusal("A clock or a relay was at work in the last seconds: stop every host of Nod first.")
        if sealed.has_organizations() and not sure:
            raise Refusal("There is an organization here, which the backup would replace: say --yes if you mean it.")
    except sqlalchemy.exc.OperationalError as error:
        if dumps.kind(config) == "postgresql":
            raise Refusal("The database in DATABASE_URL cannot be reached: start it first.") from error
    except sqlalchemy.exc.ProgrammingError:
        return  # an empty database
    finally:
        db.dispose()


@contextmanager
def _source(path: Path, passphrase: str) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            if not archive.sealed(path):
                yield file
            elif not passphrase:
                raise Refusal("The backup is sealed: its passphrase is needed.")
            else:
                yield archive.Opening(file, passphrase)  # type: ignore[misc]
    except OSError as error:
        raise Refusal(f"{path} cannot be read ({(error.strerror or 'unknown reason').lower()}).") from None


@contextmanager
def _tar(file: IO[bytes]) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as tar:
            yield tar
    except (tarfile.TarError, EOFError):
        raise Refusal("The file is not a backup, or it is damaged; nothing was restored.") from None


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Read the whole archive before anything here is touched."""
    for entry in tar:
        if entry.name == "manifest.json":
            continue
        target = folder / "database" if entry.name == "database" else None
        if entry.name in ("keys/master.json", "keys/vapid.pem"):
            target = folder / entry.name.removeprefix("keys/")
        elif picture := _PICTURE.fullmatch(entry.name):
            target = folder / "media" / picture[1]
        content = tar.extractfile(entry) if entry.isreg() and target else None
        if content is None or target is None:
            raise Refusal(f"The backup has an entry that does not belong in one ({entry.name[:80]!r}).")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            shutil.copyfileobj(content, out)
    if not (folder / "database").exists():
        raise Refusal("The backup holds no database.")


def _move_in(config: Config, folder: Path) -> None:
    pictures = folder / "media"
    for path in sorted(pictures.rglob("*")) if pictures.exists() else []:
        if path.is_file():
            target = config.media / path.relative_to(pictures)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
    for target in (vault.path(config), vapid.path(config)):
        if (folder / target.name).exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / target.name).chmod(0o600)
            os.replace(folder / target.name, target)


def _reconnect(config: Config) -> list[str]:
    """Which channels have secrets that the keys here do not open."""
    vault.load(config)
    db.init(config)
    try:
        names = sealed.unreadable()
    finally:
        db.dispose()
    if not names:
        return ["Every channel's secrets open with the keys here."]
    return [
        "The keys here do not open the secrets of these channels; reconnect each of them:",
        *(f"  {name}" for name in names),
        "Everybody signs in again.",
    ]
