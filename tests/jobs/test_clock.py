"""The clock: rings for what is due, helps when nobody answers, and many clocks do no harm."""

import threading
from datetime import timedelta

import pytest

from jobs import clock as clock_
from jobs import queue
from jobs.sweeps import PERIODIC
from tests.servers.nod import until
from webapp import times


@pytest.fixture
def fresh(monkeypatch):
    """A clock that has just started, with no sweeps of its own."""
    monkeypatch.setattr(clock_, "_next", {})
    monkeypatch.setattr(clock_, "_helpers", {})
    monkeypatch.setattr(clock_, "PERIODIC", {})


@pytest.fixture
def due(monkeypatch):
    """Say when the next thing is due."""
    when = []
    monkeypatch.setattr(clock_, "next_due", lambda now: when[-1] if when else None)
    monkeypatch.setattr(clock_, "next_reply", lambda now: None)
    return when


@pytest.fixture
def sent(on_the_list):
    """When `publish_due` ran here."""
    runs = []

    @on_the_list
    def publish_due():
        runs.append(times.now())
        return 0

    return runs


def test_sleeps_a_second_when_nothing_is_near(redis, fresh, due, sent):
    assert clock_.turn() == clock_.IDLE
    due.append(times.now() + timedelta(hours=1))
    assert clock_.turn() == clock_.IDLE
    assert queue.queue().count == 0


def test_sleeps_until_the_instant(redis, fresh, due, sent):
    due.append(times.now() + timedelta(milliseconds=300))
    assert 0.1 < clock_.turn() <= 0.3
    assert queue.queue().count == 0


def test_rings_once_for_what_is_due(redis, fresh, due, sent):
    due.append(times.now())
    for _ in range(5):
        assert clock_.turn() == clock_.BUSY
    assert queue.queue().count == 1


def test_sends_by_itself_when_redis_is_lost(redis, fresh, due, sent):
    redis.kill()
    due.append(times.now())
    clock_.turn()
    until(lambda: sent, "the clock has sent", 5)


def test_sends_by_itself_when_no_worker_answers(redis, fresh, due, sent):
    due.append(times.now() - timedelta(seconds=1))
    clock_.turn()
    assert not sent
    due.append(times.now() - clock_.UNANSWERED - timedelta(seconds=1))
    clock_.turn()
    until(lambda: sent, "the clock has sent", 5)


def test_replies_have_a_bell_of_their_own(redis, fresh, due, on_the_list, monkeypatch):
    runs = []

    @on_the_list
    def replies_due():
        runs.append(times.now())
        return 0

    monkeypatch.setattr(clock_, "next_reply", lambda now: now - timedelta(seconds=10))
    assert clock_.turn() == clock_.BUSY
    until(lambda: runs, "the clock has sent replies", 5)


def test_a_slow_sweep_is_not_started_twice_by_one_clock(redis, fresh, due, on_the_list):
    running, go = [], threading.Event()

    @on_the_list
    def publish_due():
        running.append(1)
        go.wait(10)

    redis.kill()
    due.append(times.now())
    clock_.turn()
    until(lambda: running, "the sweep runs", 5)
    clock_.turn()
    go.set()
    until(lambda: not clock_._helpers["publish_due"].is_alive(), "the sweep has ended", 5)
    assert running == [1]


def test_a_sweep_comes_round_once_over_many_clocks(redis, fresh, due, monkeypatch):
    monkeypatch.setattr(clock_, "PERIODIC", {"forget_old": 60.0})
    clock_.turn()
    assert queue.queue().count == 1
    queue.connection().flushdb()
    for _ in range(3):
        clock_._next.clear()  # another clock, which knows nothing of the first
        clock_.turn()
    assert queue.queue().count == 0


def test_a_sweep_comes_round_again(redis, fresh, due, monkeypatch, clock):
    monkeypatch.setattr(clock_, "PERIODIC", {"forget_old": 60.0})
    clock_.turn()
    queue.connection().flushdb()
    clock.forward(seconds=61)
    clock_._next.clear()
    clock_.turn()
    assert queue.queue().count == 1


def test_periods_are_sane():
    assert all(5 <= seconds <= 86_400 for seconds in PERIODIC.values())
