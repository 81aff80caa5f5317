"""What each process would otherwise make for itself is made once, before they are forked, and shared by all.

Templates, the words and formats of the offered languages, what SQLAlchemy and Flask work out at the first use, the
holidays of the countries, the names of the zones. It opens nothing that must not be shared: no database, no Redis, no
thread.
"""

import gc
import sys
from importlib.metadata import version
from pathlib import Path

import holidays
from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from sqlalchemy import orm

from webapp import i18n, times, written
from webapp.config import Config


def before_forks(app: Flask, config: Config) -> None:
    """Load all of it, then leave the memory so that children write to as little of it as can be."""
    load(app, config)
    gc.collect()
    gc.freeze()


def load(app: Flask, config: Config) -> None:
    """Read and make what requests and jobs will ask for."""
    folder = config.data / "cache" / "templates"
    pages, mails = app.jinja_env, written.environment()
    compile_all(pages, folder / "pages", [name for name in pages.list_templates() if not name.startswith("mail/")])
    compile_all(mails, folder / "mails", [name for name in mails.list_templates() if name.startswith("mail/")])
    for tag in config.locales:
        i18n.load(tag)
    orm.configure_mappers()
    app.url_map.update()
    times.zones()
    holidays.list_supported_countries()  # The library has all countries at once or none.


def compile_all(environment: Environment, folder: Path, names: list[str]) -> None:
    """Templates ready to be rendered, from what an earlier start left in `folder` where it was made of this very text.

    Jinja compares the text and Python's version; its own version and what else it compiles by are in the folder's name.
    """
    kept = folder / f"{version('jinja2')}-{sys.implementation.cache_tag}"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment.bytecode_cache = FileSystemBytecodeCache(str(kept))
    for name in names:
        environment.get_template(name)
