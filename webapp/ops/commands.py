"""What each `nod` command does. Imports stay inside, so that a small command starts small."""

import getpass
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webapp.config import Config

from .ground import Refusal


def up(config: Config, _chosen: Namespace) -> int:
    """Everything on this machine."""
    from . import launcher

    return launcher.up(config)


def phone(config: Config, chosen: Namespace) -> int:
    """Everything, over https on the local network."""
    from . import phone

    return phone.serve(config, chosen.address)


def web(config: Config, chosen: Namespace) -> None:
    """Only the web server."""
    from webapp import create_app, logs

    from . import warm
    from .web import Server, settings

    logs.configure()
    logs.name_process("web")
    bind = chosen.bind or [f"127.0.0.1:{config.port}"]
    app = create_app(config)
    warm.before_forks(app, config)
    Server(app, settings(config, bind)).run()


def worker(config: Config, _chosen: Namespace) -> None:
    """Only a worker."""
    from jobs import worker

    worker.run(config)


def clock(config: Config, _chosen: Namespace) -> None:
    """Only a clock."""
    from jobs import clock

    clock.run(config)


def relay(config: Config, _chosen: Namespace) -> None:
    """Only a relay."""
    from jobs import relay

    relay.run(config)


def migrate(config: Config, _chosen: Namespace) -> None:
    """The newest schema; a fresh installation also gets its first contents."""
    from . import ground, prepare

    ground.folder(config)
    prepare.installation(config)
    print("The database is at the newest schema.")


def doctor(config: Config, _chosen: Namespace) -> int:
    """One line for each thing; exit code 1 when something is bad."""
    from . import doctor

    bad = False
    for finding in doctor.examine(config):
        print(finding, flush=True)
        bad = bad or finding.state == doctor.BAD
    return int(bad)


def backup(config: Config, chosen: Namespace) -> None:
    """Ask what was not said, then save."""
    from . import backup, ground

    ground.folder(config)
    keys = chosen.keys
    if keys is None:
        keys = False if config.keys else _yes("Include the keys, which open the channels' secrets? [y/N] ")
    passphrase = _read(chosen.passphrase_file)
    if not passphrase and not chosen.unsealed:
        passphrase = _ask_twice()
    _say(backup.save(config, chosen.file, keys=keys, passphrase=passphrase))


def restore(config: Config, chosen: Namespace) -> None:
    """Ask for a passphrase if one is needed, then restore."""
    from . import archive, ground, restore

    ground.folder(config)
    passphrase = _read(chosen.passphrase_file)
    if not passphrase and chosen.file.exists() and archive.sealed(chosen.file):
        passphrase = _secret("Passphrase of the backup: ")
    _say(restore.load(config, chosen.file, passphrase=passphrase, sure=chosen.yes))


def rotate_keys(config: Config, _chosen: Namespace) -> None:
    """A new key seals every secret."""
    from . import rotate

    with _database(config):
        _say(rotate.keys(config))


def code(config: Config, chosen: Namespace) -> None:
    """Print a sign-in code."""
    from . import people

    with _database(config):
        _say(people.code(chosen.mail))


def create_organization(config: Config, chosen: Namespace) -> None:
    """An organization with its first administrator."""
    from . import people

    with _database(config):
        _say(people.create_organization(chosen.name, chosen.mail, chosen.zone, chosen.language))


def demo(config: Config, _chosen: Namespace) -> None:
    """The demo company."""
    from . import people

    with _database(config):
        _say(people.load_demo())


@contextmanager
def _database(config: Config) -> Iterator[None]:
    """A session on a prepared installation; commits when the block ends well. Refusals are sentences."""
    import sqlalchemy.exc

    from webapp import db, errors, events, rooms, vault

    from . import ground, prepare

    ground.folder(config)
    vault.load(config)
    db.init(config)
    rooms.wire()
    events.origin.set("nod command")
    try:
        yield
        db.commit()
    except errors.DomainError as error:
        raise Refusal(error.message or "That is not possible here.") from None
    except sqlalchemy.exc.DatabaseError as error:
        raise Refusal(prepare.unusable(config, error)) from None
    finally:
        db.rollback()
        db.dispose()


def _say(lines: list[str]) -> None:
    print("\n".join(lines))


def _yes(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Refusal("Say --keys or --no-keys: nobody is at the terminal to be asked.")
    return input(question).strip().lower() in ("y", "yes")


def _read(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        found = path.read_text().strip("\r\n")
    except OSError as error:
        raise Refusal(f"{path} cannot be read ({os.strerror(error.errno or 0).lower()}).") from None
    if not found:
        raise Refusal(f"{path} holds no passphrase.")
    return found


def _secret(question: str) -> str:
    if not sys.stdin.isatty():
        raise Refusal("The backup is sealed: give its passphrase with --passphrase-file.")
    return getpass.getpass(question)


def _ask_twice() -> str:
    if not sys.stdin.isatty():
        raise Refusal("Say --passphrase-file or --unsealed: nobody is at the terminal to be asked.")
    first = getpass.getpass("Passphrase to seal it with (empty: do not seal): ")
    if first and getpass.getpass("Again: ") != first:
        raise Refusal("The two passphrases differ.")
    return first
