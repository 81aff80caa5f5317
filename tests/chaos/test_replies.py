"""kill -9 of the worker in the middle of answering, and of everybody else: each reply is there once, none is lost."""

import itertools
import os
import signal
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests import cast as people
from tests.chaos.sink import Sink
from tests.conftest import config_for
from tests.inbox import make
from tests.publishing import house as posts
from tests.servers.nod import house, until
from webapp import create_app, db, times
from webapp.channels.account import put_secrets
from webapp.db import session
from webapp.inbox.models import Message
from webapp.inbox.replying import replies, standing
from webapp.inbox.replying.models import Reply

MANY = 24
ROLES = ("worker", "clock", "relay", "redis")
pytestmark = pytest.mark.chaos


class Talk(Sink):
    """Statuses in reply, and their threads."""

    def make(self, text: str, key: str, *about: Any, **more: Any) -> dict[str, Any]:
        made = super().make(text, key, *about, **more)
        made |= {"in_reply_to_id": text.rsplit(" ", 1)[-1], "account": {"id": "us"}}
        return made

    def listed(self, path: str) -> Any:
        if path.endswith("/context"):
            return {"ancestors": [], "descendants": []}
        return super().listed(path)


@pytest.fixture
def sink():
    made = Talk()
    yield made
    made.close()


@pytest.fixture
def nod(sink):
    with house(NOD_DEMO="0", NOD_PRIVATE_HOSTS=sink.host, NOD_WEB_WORKERS="1") as one:
        yield one.start()


@pytest.fixture
def cast(nod):
    url = f"sqlite:///{nod.data / 'nod.db'}"
    app = create_app(config_for(nod.data, url))
    yield people.enter(app)
    db.dispose()


def kill(nod, role):
    pid = nod.valkey() if role == "redis" else nod.process_of(role)
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def answer_all(cast, sink):
    """A conversation for each reply, answered over some seconds; each leaves ten seconds later."""
    channel = posts.channel(cast, network="mastodon", server=f"http://{sink.host}", limits={"keyed": 1})
    channel.remote_id = "us"
    put_secrets(channel, {"token": "token"})
    by, start = cast.actor("author"), times.now()
    texts = set()
    for n in range(MANY):
        talk = make.conversation(cast, channel, make.author(cast))
        said = session.scalars(sa.select(Message).where(Message.conversation_id == talk.id)).one()
        said.handle = {"id": str(n)}
        text = f"Answer number {n}"
        row = replies.reply(talk, text, by=by, key=f"key-of-tap-{n}", seen=standing.of(talk, by).mark)
        row.due_at = start + replies.UNDO + timedelta(seconds=10 * n / MANY)
        texts.add(text)
    db.commit()
    session.remove()
    return texts


def states():
    session.remove()
    found = dict(tuple(row) for row in session.execute(sa.select(Reply.state, sa.func.count()).group_by(Reply.state)))
    session.remove()
    return found


def test_each_reply_is_there_once_whoever_dies(nod, cast, sink):
    texts = answer_all(cast, sink)
    stop = threading.Event()

    def trap(text, step):
        """Kill the worker in the very middle of its request: before the effect for some, after it for others."""
        n = int(text.split()[-1])
        if (n % 8 == 3 and step == "before") or (n % 8 == 6 and step == "after"):
            kill(nod, "worker")

    def reap():
        for role in itertools.cycle(ROLES):
            if stop.wait(1.5):
                return
            kill(nod, role)

    sink.trap = trap
    killer = threading.Thread(target=reap)
    killer.start()
    try:
        until(lambda: sum(n for state, n in states().items() if state != "waiting") >= MANY // 2, "half has left", 60)
    finally:
        stop.set()
        killer.join()
    sink.trap = lambda _text, _step: None
    with suppress(AssertionError):
        until(lambda: states() == {"sent": MANY}, "every reply is there", 240)
    assert states() == {"sent": MANY}
    assert sorted(text for text, _key, _at in sink.effects) == sorted(texts)
    session.remove()
    said = session.scalars(sa.select(Message.text).where(Message.side == "out")).all()
    assert sorted(said) == sorted(texts)
