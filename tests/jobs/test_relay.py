"""The relay: what is committed is sealed in order and told, by one relay at a time."""

import threading

import pytest
import sqlalchemy as sa

from jobs import relay
from webapp import db, events


@pytest.fixture
def me(monkeypatch):
    monkeypatch.setattr(relay, "_owner", ["me"])


@pytest.fixture
def told(monkeypatch):
    """Kinds of events that the listener heard."""
    kinds = []
    monkeypatch.setattr(events, "LISTENERS", [lambda event: kinds.append(event.kind)])
    return kinds


def pending():
    return db.session.scalar(sa.select(sa.func.count()).select_from(events.Pending))


def test_seals_tells_and_rings(cast, redis, me, told):
    db.session.remove()
    waiting = pending()
    db.session.remove()
    assert waiting > 0
    while relay.turn() == 0.0:
        pass
    assert pending() == 0
    assert len(told) == waiting
    assert events.broken_link(str(cast.organization.id)) is None
    from jobs import queue

    assert queue.queue().count == 1
    assert queue.queue().get_jobs()[0].func_name == "push_due"


def test_nothing_waits_nothing_is_written(app, redis, me, told):
    assert relay.turn() == relay.IDLE
    from webapp.leases import Lease

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Lease)) == 0


def test_the_lease_of_another_relay_is_respected(cast, redis, me, told, monkeypatch):
    db.session.remove()
    relay.turn()
    monkeypatch.setattr(relay, "_owner", ["somebody else"])
    events.record("organization.changed", cast.organization, by=None)
    db.commit()
    before = len(told)
    relay.turn()
    db.session.rollback()
    assert len(told) == before
    monkeypatch.setattr(relay, "_owner", ["me"])
    relay.turn()
    assert told[before:] == ["organization.changed"]


def test_relays_at_once_make_one_whole_chain(cast, redis, told):
    """Four relays at the same moment, each thinking it holds the lease: the row lock lets one seal at a time."""
    for number in range(40):
        events.record("organization.changed", cast.organization, by=None, number=number)
    db.commit()
    db.session.remove()
    failures = []

    def be_a_relay():
        try:
            for _ in range(20):
                relay.turn()
                db.rollback()
                db.session.remove()
        except Exception as error:
            failures.append(error)

    relay._owner[:] = ["me"]
    threads = [threading.Thread(target=be_a_relay) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert not failures
    assert pending() == 0
    assert events.broken_link(str(cast.organization.id)) is None
