"""The inbox at a million messages: list, conversation, search, what one worker stores a second, an event to the screen.

`python -m tests.bench.inbox` measures it alone; NOD_BENCH_MESSAGES says how many messages (SQLite gets a tenth).
"""

import os
import platform
import random
import shutil
import tempfile
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.conftest import config_for
from tests.servers import postgres
from webapp import create_app, db, rooms, times, vault
from webapp.channels.models import Channel
from webapp.config import Config
from webapp.db import new_id, session
from webapp.inbox import deadlines, searching
from webapp.inbox.fetching import storing
from webapp.inbox.models import Author, Conversation, Message
from webapp.migrations import run as migrations
from webapp.networks.base import Item, Who
from webapp.people import sessions
from webapp.people.models import Membership

from . import company, heard
from .client import pages as asked
from .installation import running
from .pages import _statements
from .table import Table

MESSAGES = int(os.environ.get("NOD_BENCH_MESSAGES", "1000000"))
INGEST, BATCH, ROUNDS, CHUNK = 15_000, 250, 200, 5_000
EACH = 4
"""Messages a conversation."""
TEXT = (
    "Where is my parcel? I ordered on Monday and nothing came.",
    "Kiedy otwieracie sklep w Gdańsku? Pytam już drugi raz.",
    "Amei a receita, ficou ótima! Vocês entregam em Belo Horizonte?",
    "大阪のお店ではいつから買えますか？",
    "هل هذا المشروب مناسب لمرضى السكري؟",
    "Thank you, that was quick!",
)
WORDS = "apple brave cloud delta ember frost grape harbor island juniper kettle lemon meadow north ocean".split()  # noqa: SIM905


def measure(url: str, folder: Path, table: Table, messages: int, *, whole: bool = True) -> None:
    """One database of either kind (`url` names an empty, migrated one)."""
    folder.mkdir(parents=True, exist_ok=True)
    config = config_for(folder, url, testing=False, base_url="http://localhost")
    vault.load(config)
    db.init(config)
    rooms.wire()
    seeded = company.seed(posts=500 if whole else 50, waiting=10)
    channels = session.scalars(sa.select(Channel).order_by(Channel.id)).unique().all()
    table.section(f"inbox, {messages:,} messages, {len(channels)} channels, {db.engine().dialect.name}")
    some = _fill(channels, messages)
    _analyse()
    _ingest(channels[0], table)
    _search(seeded, table)
    if whole:
        _screens(config, seeded, some, table)
    db.dispose()


def _fill(channels: Any, count: int) -> uuid.UUID:
    """Conversations of four messages over the last year, every twelfth still open; answers one of them."""
    dice, now, some = random.Random(5), times.now(), new_id()
    authors = [_author(channels[0], n) for n in range(2000)]
    session.execute(sa.insert(Author), authors)
    for _start in range(0, count, CHUNK):
        talks: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        for _ in range(CHUNK // EACH):
            channel, at = dice.choice(channels), now - timedelta(minutes=dice.randrange(525_600))
            talk = _talk(channel, dice.choice(authors)["id"], at, is_open=dice.randrange(12) == 0)
            some = talk["id"]
            talks.append(talk)
            lines += [_line(talk, n, dice) for n in range(EACH)]
        session.execute(sa.insert(Conversation), talks)
        session.execute(sa.insert(Message), lines)
        db.commit()
        session.expunge_all()
    return some


def _author(channel: Channel, n: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organization_id": channel.organization_id,
        "network": "bench",
        "remote_id": f"https://there.example/{n}",
        "handle": f"@person{n}",
        "name": f"Person {n}",
    }


def _talk(channel: Channel, author_id: uuid.UUID, at: datetime, *, is_open: bool) -> dict[str, Any]:
    due_at = at + timedelta(hours=4) if is_open else None
    return {
        "id": new_id(),
        "organization_id": channel.organization_id,
        "region_id": channel.region_id,
        "channel_id": channel.id,
        "root_remote_id": uuid.uuid4().hex,
        "author_id": author_id,
        "state": "open" if is_open else "done",
        "due_at": due_at,
        "last_at": at,
        "last_text": TEXT[at.minute % len(TEXT)],
        "unanswered": int(is_open),
        "language": "en",
        "sort_at": deadlines.sort_at(due_at, at),
    }


def _line(talk: dict[str, Any], n: int, dice: random.Random) -> dict[str, Any]:
    text = f"{dice.choice(TEXT)} {' '.join(dice.choices(WORDS, k=3))} n{dice.randrange(200_000)}"
    return {
        "id": new_id(),
        **{name: talk[name] for name in ("organization_id", "region_id", "channel_id", "author_id")},
        "conversation_id": talk["id"],
        "remote_id": uuid.uuid4().hex,
        "side": "out" if n % 2 else "in",
        "text": text,
        "at": talk["last_at"] - timedelta(minutes=EACH - n),
        "words": searching.words(text, region_id=talk["region_id"]),
    }


def _analyse() -> None:
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _ingest(channel: Channel, table: Table) -> None:
    """Fresh comments in batches, two of five in a thread that is there, each batch a transaction."""
    made = [_item(n) for n in range(INGEST)]
    storing.store(channel, [_item(-1)])
    db.commit()
    began = time.perf_counter()
    for start in range(0, INGEST, BATCH):
        storing.store(channel, made[start : start + BATCH])
        db.commit()
        session.expunge_all()
    rate = INGEST / (time.perf_counter() - began)
    table.row("ingest, one worker", f"{rate:,.0f} messages/s", "1,500 messages/s")


def _item(n: int) -> Item:
    parent = f"in{n - 1}" if n % 5 in (3, 4) else "post"
    who = Who(f"https://there.example/{n % 2000}", f"@person{n % 2000}", f"Person {n % 2000}")
    at = times.now() - timedelta(seconds=INGEST - n)
    return Item(f"in{n}", who, f"{TEXT[n % len(TEXT)]} {n}", at, root_id="post", parent_id=parent, ours=True)


def _search(seeded: company.Company, table: Table) -> None:
    """A rare word, a common one, two common ones, one that is nowhere; by somebody who sees everything."""
    row = sessions.row_for(seeded.tokens[0])
    assert row
    mine = Membership.person_id == row.person_id
    actor = sessions.actor_of(session.scalars(sa.select(Membership).where(mine)).one())
    for name, text in (
        ("rare word", "n123456"),
        ("common word", "parcel"),
        ("two words", "grape harbor"),
        ("no such word", "xylophone"),
    ):
        spans = []
        for _ in range(20):
            began = time.perf_counter()
            searching.find(actor, text)
            spans.append((time.perf_counter() - began) * 1000)
            db.rollback()
        spans.sort()
        table.row(f"search, {name}", f"p50 {spans[10]:.1f} ms, p95 {spans[18]:.1f} ms", "p95 100 ms")


def _screens(config: Config, seeded: company.Company, some: uuid.UUID, table: Table) -> None:
    app = create_app(config)
    shown = (
        ("GET /inbox", "/inbox?show=all", "p50 25 ms, 12 queries, 12,000 B"),
        ("GET conversation", f"/inbox/{some}", "p50 20 ms"),
        ("GET /inbox, a search", "/inbox?q=parcel", "p95 100 ms"),
    )
    counted = {path: _statements(app, seeded, path) for _name, path, _bar in shown}
    db.dispose()
    with heard.Blogs().open() as blogs, running(config.database_url, config.data, private=blogs.host) as base:
        for name, path, bar in shown:
            table.pages(asked(base, name, path, seeded.tokens, ROUNDS), bar, counted[path])
        heard.measure(base, blogs, seeded.tokens[0], table)


def both(cluster: str, folder: Path, table: Table) -> None:
    """PostgreSQL with all of them, SQLite with a tenth."""
    name = f"inbox{MESSAGES}"
    engine = sa.create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    small = f"sqlite:///{folder / 'small' / 'nod.db'}"
    (folder / "small").mkdir(parents=True)
    for url in (f"{cluster}/{name}", small):
        migrations.upgrade(url)
    measure(f"{cluster}/{name}", folder / "large", table, MESSAGES)
    measure(small, folder / "small", table, MESSAGES // 10, whole=False)


def main() -> None:
    """The inbox alone."""
    folder = Path(tempfile.mkdtemp(prefix="nod-bench-inbox-"))
    table = Table(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    try:
        with postgres.cluster() as cluster:
            both(cluster, folder, table)
    finally:
        table.print()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
