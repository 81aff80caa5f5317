"""`nod doctor`: what this installation stands on, one line each, with what to do about what is wrong."""

import os
import shutil
import smtplib
import stat
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import redis
import sqlalchemy as sa
import sqlalchemy.exc
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp import db, i18n, times, vault
from webapp.approvals.life import paper
from webapp.config import Config, ConfigError
from webapp.posts.links import looking
from webapp.push import vapid

from . import embedded, ground, heartbeat, trail
from .finding import BAD, OK, WARN, Finding

NEEDED, WISHED = 100_000_000, 1_000_000_000
SKEW = 2.0
"""Seconds that the clocks of this host and of the database may differ."""


def examine(config: Config) -> Iterator[Finding]:
    """Look at everything; a check that cannot run is a finding too."""
    for check in CHECKS:
        try:
            yield from check(config)
        except Exception as error:
            what = check.__name__.replace("_", " ").strip().capitalize()
            yield Finding(BAD, what, f"could not be looked at ({type(error).__name__})", "See the lines above first.")


def _storage(config: Config) -> Iterator[Finding]:
    try:
        ground.folder(config)
    except ground.Refusal as refusal:
        yield Finding(BAD, "Storage", "not writable", str(refusal))
        return
    free = shutil.disk_usage(config.data).free
    seen = f"{config.data}, {free // 1_000_000} MB free"
    state = BAD if free < NEEDED else WARN if free < WISHED else OK
    yield Finding(state, "Storage", seen, "" if state == OK else "Make room, or move the folder with NOD_DATA.")


def _keys(config: Config) -> Iterator[Finding]:
    try:
        found = vault.load(config)
    except ConfigError as error:
        yield Finding(BAD, "Keys", "not usable", str(error))
        return
    if config.keys:
        yield Finding(OK, "Keys", f"{len(found.keys)} from NOD_KEYS")
        return
    mode = stat.S_IMODE(vault.path(config).stat().st_mode)
    if mode & 0o077:
        yield Finding(BAD, "Keys", "readable by others", f"chmod 600 {vault.path(config)}")
    else:
        yield Finding(OK, "Keys", f"{len(found.keys)} in {vault.path(config)}; keep a copy elsewhere")


def _database(config: Config) -> Iterator[Finding]:
    db.init(config)
    try:
        with db.engine().connect() as connection:
            version = connection.dialect.server_version_info or (0,)
            name = "SQLite" if db.is_sqlite() else "PostgreSQL"
            seen = f"{name} {'.'.join(map(str, version))}"
            if not db.is_sqlite() and version < (15,):
                yield Finding(BAD, "Database", seen, "Nod needs PostgreSQL 15 or newer.")
            else:
                yield Finding(OK, "Database", seen)
            yield _migrations(connection)
            if not db.is_sqlite():
                yield _skew(connection)
    except sqlalchemy.exc.OperationalError:
        yield Finding(BAD, "Database", "does not answer", "Start it, or correct DATABASE_URL.")
        return
    yield from _heard()


def _migrations(connection: sa.Connection) -> Finding:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from webapp.migrations import run

    here = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(run.settings(connection)).get_current_head()
    if here == newest:
        return Finding(OK, "Migrations", f"at the newest ({newest})")
    return Finding(BAD, "Migrations", f"at {here or 'none'}, newest is {newest}", "Run `nod migrate` (`nod up` does).")


def _skew(connection: sa.Connection) -> Finding:
    before = time.monotonic()
    theirs = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    ours, took = times.now(), time.monotonic() - before
    apart = abs((ours - theirs).total_seconds()) - took
    if apart > SKEW:
        return Finding(BAD, "Clocks", f"{apart:.1f} s apart from the database", "Set both by NTP: posts go by these.")
    return Finding(OK, "Clocks", "agree with the database")


def _heard() -> Iterator[Finding]:
    for name in ("clock", "relay"):
        if heartbeat.heard(name):
            yield Finding(OK, name.capitalize(), "heard from in the last seconds")
        else:
            yield Finding(WARN, name.capitalize(), "not heard from", f"Start `nod up`, or `nod {name}` on some host.")


def _trail(config: Config) -> Iterator[Finding]:
    yield from trail.examine(config)


def _links(_config: Config) -> Iterator[Finding]:
    """Whether links of posts are looked at: what is due longer than a quarter of an hour is not."""
    db.read_only()
    try:
        overdue, of_host = looking.overdue(times.now() - timedelta(minutes=15))
    finally:
        db.session.remove()
    if overdue:
        todo = "Start `nod up`, or `nod worker` and `nod clock`; this host must reach the web."
        yield Finding(WARN, "Links", f"{overdue} of {of_host} hosts wait to be looked at", todo)
    else:
        yield Finding(OK, "Links", "every link that is due was looked at")


def _redis(config: Config) -> Iterator[Finding]:
    client = redis.Redis.from_url(config.redis_url, socket_timeout=2, retry=Retry(NoBackoff(), 0))
    try:
        info = client.info()
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "")
    except redis.ResponseError:
        policy = "noeviction"  # a hosted server that does not tell
    except redis.RedisError:
        todo = "It starts with `nod up`." if embedded.wanted(config) else "Start it, or correct REDIS_URL."
        yield Finding(WARN, "Redis", "does not answer; the clock sends by itself meanwhile", todo)
        return
    seen = f"{info.get('server_name', 'redis')} {info.get('valkey_version') or info.get('redis_version')}"
    if policy != "noeviction":
        yield Finding(WARN, "Redis", f"{seen}, drops keys ({policy})", "Set maxmemory-policy noeviction.")
    else:
        yield Finding(OK, "Redis", seen)
    yield from _workers(client)


def _workers(client: redis.Redis) -> Iterator[Finding]:
    from jobs.queue import queue

    workers = client.scard("rq:workers")
    waiting = queue(client).count
    if not workers:
        yield Finding(WARN, "Workers", f"none; {waiting} jobs wait", "Start `nod up`, or `nod worker` on some host.")
    else:
        yield Finding(OK, "Workers", f"{workers}; {waiting} jobs wait")


def _mail(config: Config) -> Iterator[Finding]:
    mail = config.mail
    if not mail.host:
        todo = "Set SMTP_HOST so that people get it; `nod code <mail>` prints a sign-in code."
        yield Finding(WARN, "Mail", f"is written to {config.data / 'mail'}", todo)
        return
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=5) as server:
            if mail.tls:
                server.starttls()
            if mail.user:
                server.login(mail.user, mail.password)
    except smtplib.SMTPAuthenticationError:
        yield Finding(BAD, "Mail", f"{mail.host} refuses the name or password", "Correct SMTP_USER, SMTP_PASSWORD.")
    except (OSError, smtplib.SMTPException) as error:
        seen = f"{mail.host}:{mail.port} does not work ({type(error).__name__})"
        yield Finding(BAD, "Mail", seen, "Correct SMTP_HOST, SMTP_PORT, SMTP_TLS.")
    else:
        yield Finding(OK, "Mail", f"{mail.host}:{mail.port} takes mail")


def _push(config: Config) -> Iterator[Finding]:
    try:
        vapid.load(config)
    except ConfigError as error:
        yield Finding(BAD, "Push", "its key is not usable", str(error))
        return
    if not config.vapid_key and stat.S_IMODE(vapid.path(config).stat().st_mode) & 0o077:
        yield Finding(BAD, "Push", "its key is readable by others", f"chmod 600 {vapid.path(config)}")
        return
    known, contact = len(config.push_services), vapid.contact(config)
    if contact == vapid.NOBODY:
        todo = "Set NOD_PUSH_CONTACT to a mailto: or https: address, so that push services can reach you."
        yield Finding(WARN, "Push", "nobody answers for this installation", todo)
    else:
        where = "NOD_VAPID_KEY" if config.vapid_key else vapid.path(config)
        yield Finding(OK, "Push", f"{contact} answers, {known} services, key in {where}; keep a copy elsewhere")


def _address(config: Config) -> Iterator[Finding]:
    local = config.host.split(":")[0] in ("localhost", "127.0.0.1")
    if config.https or local:
        yield Finding(OK, "Address", config.base_url)
    else:
        todo = "Put Nod behind https and set NOD_BASE_URL: browsers keep sign-ins and offline use for https."
        yield Finding(BAD, "Address", config.base_url, todo)


def _paper(_config: Config) -> Iterator[Finding]:
    """A record prints from its page in any case."""
    why = paper.missing()
    if why:
        yield Finding(OK, "PDF", f"none: {why}. The record prints from its page, and the browser can save it")
    else:
        yield Finding(OK, "PDF", "WeasyPrint makes the approval record")


def _languages(config: Config) -> Iterator[Finding]:
    missing = [tag for tag in config.locales if tag != "en" and not _compiled(tag)]
    if missing:
        yield Finding(BAD, "Languages", f"not compiled: {', '.join(missing)}", "Run `make setup`.")
    else:
        yield Finding(OK, "Languages", ", ".join(config.locales))


def _compiled(tag: str) -> bool:
    return os.path.exists(i18n.FOLDER / tag / "LC_MESSAGES" / "messages.mo")


CHECKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    _storage,
    _keys,
    _database,
    _trail,
    _links,
    _redis,
    _mail,
    _push,
    _address,
    _paper,
    _languages,
)
