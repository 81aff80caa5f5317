"""Product promise 7: every due, cleared delivery goes out once, at its instant, never early."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.publishing import house
from tests.publishing.sink import error
from webapp import db, times
from webapp.approvals import decisions
from webapp.approvals.models import Decision
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import Conflict
from webapp.networks.base import Absent, Remedy, Unknown
from webapp.publishing import claim, due, flight, sending, settle
from webapp.publishing.models import Delivery


def test_goes_out_at_its_instant_once_and_never_early(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)], minutes=30)
    assert house.send() == 0
    assert house.send(clock, minutes=29, seconds=59) == 0
    assert not sink.calls
    assert house.send(clock, seconds=1) == 1
    assert house.send(clock, seconds=60) == 0
    assert len(sink.sent) == 1
    delivery = house.one(post)
    assert delivery.state == "published"
    assert delivery.url == f"https://sink.example/{delivery.key}"
    assert house.attempts(delivery) == [("send", "published")]
    assert house.kinds(post) == ["delivery.scheduled", "delivery.published"]
    assert house.state(post) == "published"


def test_what_is_due_takes_nothing_later_along(cast, clock, sink):
    now, later = (house.cleared(cast, [house.channel(cast)], minutes=m) for m in (30, 31))
    assert house.send(clock, minutes=30) == 1
    assert (house.one(now).state, house.one(later).state) == ("published", "scheduled")


def test_what_goes_out_is_the_revision_not_the_working_copy(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)], text="As approved")
    session.execute(sa.update(type(post)).values(text="Edited since"))
    db.commit()
    house.send(clock, minutes=30)
    assert [draft.text for draft in sink.posts.values()] == ["As approved"]


def test_as_soon_as_approved_goes_out_at_once(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)], minutes=None)
    assert house.send() == 1
    assert house.state(post) == "published"


def test_next_due_tells_the_clock_when_to_ring(cast, clock, sink):
    assert due.next_due(clock()) is None
    house.cleared(cast, [house.channel(cast)], minutes=30)
    assert due.next_due(clock()) == clock() + timedelta(minutes=30)
    house.send(clock, minutes=30)
    assert due.next_due(clock()) is None


def test_each_channel_on_its_own(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast), house.channel(cast, handle="@two")])
    sink.script.append(error(Remedy.GIVE_UP))
    house.send(clock, minutes=30)
    assert sorted(d.state for d in house.of(post)) == ["failed", "published"]
    assert house.state(post) == "partly"


def test_a_refusal_is_a_failure_with_words(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append(error(Remedy.GIVE_UP, "Too long: %(n)s.", params={"n": "7"}, code="too_long"))
    house.send(clock, minutes=30)
    delivery = house.one(post)
    assert (delivery.state, delivery.problem, delivery.problem_params) == ("failed", "Too long: %(n)s.", {"n": "7"})
    assert house.kinds(post)[-1] == "delivery.failed"
    assert house.send(clock, hours=5) == 0
    assert sink.asked("publish") == 1


def test_back_off_is_honoured(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append(error(Remedy.RETRY, retry_at=clock() + timedelta(minutes=33)))
    house.send(clock, minutes=30)
    assert house.one(post).state == "scheduled"
    assert house.state(post) == "scheduled"
    assert house.send(clock, minutes=2, seconds=59) == 0
    assert house.send(clock, seconds=1) == 1
    assert house.attempts(house.one(post)) == [("send", "retry"), ("send", "published")]


def test_tries_end_in_failure(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.extend(error(Remedy.RETRY) for _ in range(40))
    clock.forward(minutes=30)
    for _ in range(20):
        house.send(clock, seconds=70)
        if house.one(post).state != "scheduled":
            break
    assert house.one(post).state in ("failed", "held")
    assert sink.asked("publish") <= 10


def test_too_late_is_held_for_a_person(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    house.send(clock, minutes=45, seconds=1)
    delivery = house.one(post)
    assert (delivery.state, delivery.held_by, delivery.tries) == ("held", "late", 0)
    assert not sink.calls
    assert house.state(post) == "held"


def test_late_within_the_limit_still_goes_out(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    house.send(clock, minutes=44)
    assert house.one(post).state == "published"


def test_a_retry_beyond_the_limit_is_held(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append(error(Remedy.RETRY, retry_at=clock() + timedelta(minutes=50)))
    house.send(clock, minutes=30)
    assert (house.one(post).state, house.one(post).held_by) == ("held", "late")
    assert house.send(clock, minutes=30) == 0


def test_an_unknown_outcome_is_looked_up_and_never_repeated(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append("effect")
    house.send(clock, minutes=30)
    assert house.one(post).state == "unknown"
    assert house.state(post) == "unknown"
    house.send(clock, seconds=3)
    assert house.one(post).state == "published"
    assert sink.asked("publish") == 1
    assert house.attempts(house.one(post)) == [("send", "unknown"), ("probe", "published")]


def test_a_defect_of_ours_after_the_call_is_unknown_too(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append("bug")
    house.send(clock, minutes=30)
    assert house.one(post).state == "unknown"
    house.send(clock, seconds=3)
    assert (house.one(post).state, sink.asked("publish")) == ("published", 1)


def test_certainly_absent_is_sent_again_under_the_same_key(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append(error(Remedy.UNKNOWN))
    house.send(clock, minutes=30)
    house.send(clock, seconds=3)
    house.send()
    assert house.one(post).state == "published"
    assert [key for kind, key in sink.calls if kind == "publish"] == [house.one(post).key] * 2
    assert len(sink.sent) == 1


def test_what_cannot_be_told_is_left_to_a_person(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append("effect")
    sink.probes.extend([Unknown(), error(Remedy.RETRY), *[Unknown()] * 10])
    house.send(clock, minutes=30)
    for _ in range(12):
        house.send(clock, minutes=16)
    delivery = house.one(post)
    assert (delivery.state, delivery.probe_at) == ("unknown", None)
    assert sink.asked("probe") == 6
    assert sink.asked("publish") == 1
    assert due.next_due(clock()) is None


def test_a_blip_does_not_disconnect(cast, clock, sink):
    channel = house.channel(cast)
    post = house.cleared(cast, [channel])
    sink.script.append(error(Remedy.RECONNECT))
    house.send(clock, minutes=30)
    assert house.one(post).state == "scheduled"
    session.rollback()
    assert session.get(Channel, channel.id).health == "connected"
    house.send(clock, minutes=1)
    assert house.one(post).state == "published"


def test_a_confirmed_refusal_takes_the_channel_out_and_holds_what_waits(cast, clock, sink):
    channel = house.channel(cast)
    first, second = (house.cleared(cast, [channel], minutes=m) for m in (30, 31))
    sink.script.append(error(Remedy.RECONNECT))
    sink.healthy = False
    house.send(clock, minutes=30)
    house.send(clock, minutes=1)
    assert [(house.one(p).state, house.one(p).held_by) for p in (first, second)] == [("held", "channel")] * 2
    assert sink.asked("publish") == 1
    assert session.get(Channel, channel.id).health == "reconnect"


@pytest.fixture
def crash(monkeypatch):
    """Make a step of the sender die, as a kill would."""

    class Killed(BaseException):
        pass

    def at(module, name, *, after=False):
        real = getattr(module, name)

        def die(*args, **more):
            if after:
                real(*args, **more)
            raise Killed

        monkeypatch.setattr(module, name, die)
        with pytest.raises(Killed):
            house.send()
        db.rollback()
        session.remove()
        monkeypatch.setattr(module, name, real)

    return at


STEPS = {
    "claimed": (claim, "due", True, 0),
    "checked": (sending, "_tickets", True, 0),
    "sent": (settle, "settle", False, 1),
    "settled": (settle, "told", True, 1),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_loses_none_and_doubles_none(cast, clock, sink, crash, step):
    post = house.cleared(cast, [house.channel(cast)])
    clock.forward(minutes=30)
    module, name, after, made = STEPS[step]
    crash(module, name, after=after)
    assert len(sink.sent) == made
    for _ in range(5):
        house.send(clock, seconds=31)
    assert house.one(post).state == "published"
    assert len(sink.sent) == 1


def test_a_crash_before_the_call_is_looked_up_then_sent(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    clock.forward(minutes=30)
    assert len(sending.take(10)) == 1
    session.remove()
    assert house.send(clock, seconds=29) == 0
    house.send(clock, seconds=2)
    house.send(clock, seconds=1)
    assert house.one(post).state == "published"
    assert house.attempts(house.one(post)) == [("send", "lost"), ("probe", "absent"), ("send", "published")]
    assert "delivery.unknown" in house.kinds(post)


def test_a_slow_workers_late_settle_is_refused(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    clock.forward(minutes=30)
    (ticket,) = sending.take(10)
    outcome = flight.fly(ticket)
    clock.forward(seconds=31)
    sink.probes.append(Unknown())
    house.send()
    assert house.one(post).state == "unknown"
    assert settle.settle(ticket, outcome) is False
    db.commit()
    assert house.one(post).state == "unknown"


def test_a_worker_that_lost_its_claim_does_not_call(cast, clock, sink):
    house.cleared(cast, [house.channel(cast)])
    clock.forward(minutes=30)
    (ticket,) = sending.take(10)
    clock.forward(seconds=31)
    sink.probes.append(Unknown())
    house.send()
    assert flight.fly(ticket) == flight.Stopped("fenced")
    assert sink.asked("publish") == 0


def test_a_long_call_keeps_its_lease(cast, clock, sink, monkeypatch):
    post = house.cleared(cast, [house.channel(cast)])
    monkeypatch.setattr(sending, "RENEW", 0.0)
    renewed = threading.Event()
    real = claim.renew

    def renew(*args):
        real(*args)
        renewed.set()

    monkeypatch.setattr(claim, "renew", renew)
    sink.script.append(lambda: renewed.wait(10))
    clock.forward(minutes=30)
    assert house.send() == 1
    assert house.one(post).state == "published"


def test_undo_ends_where_sending_begins(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    decision = session.scalars(sa.select(Decision)).unique().one()
    clock.forward(minutes=30)
    sending.take(10)
    session.remove()
    decision = session.get(Decision, decision.id)
    with pytest.raises(Conflict):
        decisions.undo(decision, cast.actor("approver"))
    db.rollback()
    assert house.one(post).state == "sending"


def test_an_undone_yes_is_not_sent(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    decisions.undo(session.scalars(sa.select(Decision)).unique().one(), cast.actor("approver"))
    db.commit()
    assert [d.state for d in house.of(post)] == ["cancelled"]
    assert house.send(clock, minutes=30) == 0
    assert not sink.calls


def test_many_at_once_are_each_sent_once_by_several_workers(cast, clock, sink):
    channels = [house.channel(cast) for _ in range(10)]
    for n in range(6):
        house.cleared(cast, channels, text=f"Post {n}")
    clock.forward(minutes=30)
    session.remove()
    workers = [threading.Thread(target=sending.publish_due) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(sink.sent) == len(set(sink.sent)) == 60
    assert set(session.scalars(sa.select(Delivery.state))) == {"published"}


def test_probe_answers_are_what_networks_say(sink):
    assert isinstance(sink.probe(None, type("D", (), {"key": "x"})(), times.now()), Absent)
