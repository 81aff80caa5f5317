"""kill -9 of worker, clock, relay and Redis in every step: each delivery is made once, none early, none lost."""

import itertools
import os
import signal
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import cast as people
from tests.chaos.sink import Sink
from tests.conftest import config_for
from tests.publishing import house as posts
from tests.publishing.test_approved import picture
from tests.servers.nod import house, until
from webapp import create_app, db, events, times
from webapp.channels.account import put_secrets
from webapp.db import session
from webapp.posts.models import Medium
from webapp.publishing.models import Delivery
from webapp.push.models import Notification

MANY = 30
SPREAD = 15.0
ROLES = ("worker", "clock", "relay", "redis")
pytestmark = pytest.mark.chaos


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()


@pytest.fixture
def nod(sink):
    with house(NOD_DEMO="0", NOD_PRIVATE_HOSTS=sink.host, NOD_WEB_WORKERS="1") as one:
        yield one.start()


@pytest.fixture
def cast(nod):
    """The company, in the database that the processes use."""
    url = f"sqlite:///{nod.data / 'nod.db'}"
    app = create_app(config_for(nod.data, url))
    yield people.enter(app)
    db.dispose()


def channel(cast, sink, n):
    row = posts.channel(cast, network="mastodon", server=f"http://{sink.host}", handle=f"@sink{n}", limits={"keyed": 1})
    put_secrets(row, {"token": "token"})
    db.commit()
    return row


def plan(cast, sink):
    """Posts that come due one after the other, soon."""
    channels = [channel(cast, sink, n) for n in range(3)]
    start = times.now() + timedelta(seconds=8)
    planned = {}
    for n in range(MANY):
        row = posts.post(cast, [channels[n % 3]], text=f"Post number {n}")
        at = start + timedelta(seconds=SPREAD * n / MANY)
        row.planned_at, row.wall = at, times.local(at, row.zone).replace(tzinfo=None).isoformat()
        db.commit()
        posts.approve(cast, row)
        planned[row.text] = at
    session.remove()
    return planned


def kill(nod, role):
    pid = nod.valkey() if role == "redis" else nod.process_of(role)
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def states():
    session.remove()
    found = [tuple(row) for row in session.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state))]
    session.remove()
    return dict(found)


def unrelayed():
    """A look that holds no lock afterwards: a transaction left open here would keep the relay out."""
    session.remove()
    count = session.scalar(sa.select(sa.func.count()).select_from(events.Pending))
    session.remove()
    return count


def test_each_is_made_once_whoever_dies(nod, cast, sink):
    planned = plan(cast, sink)
    stop = threading.Event()

    def trap(text, step):
        """Kill the worker in the very middle of its request: before the effect for some, after it for others."""
        n = int(text.split()[-1])
        if (n % 10 == 3 and step == "before") or (n % 10 == 6 and step == "after"):
            kill(nod, "worker")

    def reap():
        for role in itertools.cycle(ROLES):
            if stop.wait(0.8):
                return
            kill(nod, role)

    sink.trap = trap
    killer = threading.Thread(target=reap)
    killer.start()
    try:
        time_left = (max(planned.values()) - times.now()).total_seconds()
        until(lambda: times.now() > max(planned.values()), "the last slot has come", time_left + 5)
    finally:
        stop.set()
        killer.join()
    sink.trap = lambda _text, _step: None
    until(lambda: states() == {"published": MANY}, "everything is published", 150)
    made = [text for text, _key, _at in sink.effects]
    assert sorted(made) == sorted(planned)
    assert not [text for text, _key, at in sink.effects if at < planned[text]]
    until(lambda: unrelayed() == 0, "all events are relayed")
    assert events.broken_link(str(cast.organization.id)) is None
    things = session.execute(sa.select(Notification.person_id, Notification.thing)).all()
    assert len(things) == len(set(things))


def test_threads_are_made_once_in_their_order_whoever_dies(nod, cast, sink):
    """The worker is killed before or after the effect of a part, or when its picture was handed over and the part was
    not: another step for each thread."""
    steps = [(part, when) for part in (1, 2, 3) for when in ("before", "after")]
    steps += [(part, "uploaded") for part in (2, 3)]
    channels = [channel(cast, sink, n) for n in range(len(steps))]
    asset = picture(cast)
    start, left = times.now() + timedelta(seconds=8), set(enumerate(steps))
    for n, here in enumerate(channels):
        row = posts.post(cast, [here], text=f"Thread {n} part 1")
        row.parts = [{"kind": "thread", "text": f"Thread {n} part {part}"} for part in (2, 3)]
        for part in (2, 3) if steps[n][1] == "uploaded" else ():
            told = {"part": f"part-{part - 1}", "alt": f"Thread {n} part {part}"}
            row.media.append(Medium(id=db.new_id(), asset_id=asset.id, asset=asset, **told))
        row.planned_at = start + timedelta(seconds=n)
        row.wall = times.local(row.planned_at, row.zone).replace(tzinfo=None).isoformat()
        db.commit()
        posts.approve(cast, row)
    session.remove()

    def trap(text, step):
        _thread, n, _part, part = text.split()
        once = (int(n), (int(part), step))
        if once in left:
            left.discard(once)
            kill(nod, "worker")

    sink.trap = trap
    until(lambda: states() == {"published": len(steps)}, "everything is published", 180)
    assert len(sink.effects) == 3 * len(steps)
    for n in range(len(steps)):
        mine = [text for text, _key, _at in sink.effects if text.startswith(f"Thread {n} ")]
        assert mine == [f"Thread {n} part {part}" for part in (1, 2, 3)]
        above = [each["in_reply_to_id"] for each in sink.statuses.values() if f"Thread {n} " in each["content"]]
        ids = [each["id"] for each in sink.statuses.values() if f"Thread {n} " in each["content"]]
        assert above == [None, *ids[:2]]
        shown = [[m["description"] for m in s["media_attachments"]] for s in sink.statuses.values() if s["id"] in ids]
        with_them = steps[n][1] == "uploaded"
        assert shown == [[], *([f"Thread {n} part {part}"] if with_them else [] for part in (2, 3))]
    assert not left


def test_with_redis_gone_for_good_posts_still_go_out(nod, cast, sink):
    planned = plan(cast, sink)
    stop = threading.Event()

    def reap():
        while not stop.wait(0.2):
            kill(nod, "redis")

    killer = threading.Thread(target=reap)
    killer.start()
    try:
        until(lambda: states() == {"published": MANY}, "everything is published", 90)
    finally:
        stop.set()
        killer.join()
    assert sorted(text for text, _key, _at in sink.effects) == sorted(planned)
    assert not [text for text, _key, at in sink.effects if at < planned[text]]
