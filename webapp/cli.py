"""The `nod` command: every way to start, look after and save an installation.

Each command reads the settings from the environment (the table in the README). What cannot work is one
sentence on standard error and exit code 2.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .config import ConfigError, from_environment
from .ops import commands
from .ops.ground import Refusal

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(from_environment(), chosen) or 0)
    except (Refusal, ConfigError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nod", description="Give a post the nod from your phone.")
    every = parser.add_subparsers(title="commands", metavar="command", required=True)
    _starting(every)
    _saving(every)
    _people(every)
    return parser


def _starting(every: "Commands") -> None:
    every.add_parser("up", help="start everything on this machine").set_defaults(run=commands.up)
    phone = every.add_parser("phone", help="start everything, over https on the local network")
    phone.add_argument("--address", default="", help="this machine's address, if the wrong one is found")
    phone.set_defaults(run=commands.phone)
    web = every.add_parser("web", help="only the web server (production, behind a TLS proxy)")
    web.add_argument("--bind", action="append", help="host:port or unix:/path (default 127.0.0.1:PORT)")
    web.set_defaults(run=commands.web)
    for name, words in (
        ("worker", "only a worker: sends what is due"),
        ("clock", "only a clock: says what is due; several do no harm"),
        ("relay", "only a relay: seals the trail and tells people; several do no harm"),
    ):
        every.add_parser(name, help=words).set_defaults(run=getattr(commands, name))
    every.add_parser("migrate", help="bring the database to the newest schema").set_defaults(run=commands.migrate)


def _saving(every: "Commands") -> None:
    every.add_parser("doctor", help="look at everything and say what to do").set_defaults(run=commands.doctor)
    save = every.add_parser("backup", help="save database, pictures and, if wanted, keys in one file")
    save.add_argument("file", type=Path)
    keys = save.add_mutually_exclusive_group()
    keys.add_argument("--keys", action="store_true", default=None, help="with the keys")
    keys.add_argument("--no-keys", dest="keys", action="store_false", help="without the keys")
    seal = save.add_mutually_exclusive_group()
    seal.add_argument("--passphrase-file", type=Path, help="seal it with the passphrase in this file")
    seal.add_argument("--unsealed", action="store_true", help="do not seal it, do not ask")
    save.set_defaults(run=commands.backup)
    load = every.add_parser("restore", help="put a backup in place of what is here")
    load.add_argument("file", type=Path)
    load.add_argument("--passphrase-file", type=Path, help="the passphrase of a sealed backup")
    load.add_argument("--yes", action="store_true", help="replace an organization that is here")
    load.set_defaults(run=commands.restore)
    every.add_parser("rotate-keys", help="make a new key and seal every secret with it").set_defaults(
        run=commands.rotate_keys
    )


def _people(every: "Commands") -> None:
    code = every.add_parser("code", help="print a sign-in code for a person")
    code.add_argument("mail")
    code.set_defaults(run=commands.code)
    create = every.add_parser("create-organization", help="make an organization and its first administrator")
    create.add_argument("name")
    create.add_argument("mail", help="e-mail of the administrator")
    create.add_argument("--zone", default="UTC", help="time zone of headquarters, such as Europe/Warsaw")
    create.add_argument("--language", default="en")
    create.set_defaults(run=commands.create_organization)
    every.add_parser("demo", help="load the demo company").set_defaults(run=commands.demo)


if __name__ == "__main__":
    sys.exit(main())
