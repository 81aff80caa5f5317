"""A post in several parts: each goes out once, in order, whatever happens between; and what a person then can do."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.publishing import house
from tests.publishing.sink import error
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.networks.base import Remedy, Unknown
from webapp.posts.models import Post
from webapp.publishing import claim, flight, pauses, release, sending, settle
from webapp.publishing.models import Attempt, Delivery

TEXTS = ["One", "Two", "Three"]


@pytest.fixture
def sink(sink):
    """A network with threads."""
    sink.limits = replace(sink.limits, parts=10)
    return sink


def thread(cast, *channels, parts=(("thread", "Two"), ("comment", "Three"))):
    """A draft that goes on."""
    row = house.post(cast, list(channels) or [house.channel(cast)], text="One")
    row.parts = [{"kind": kind, "text": text} for kind, text in parts]
    db.commit()
    return row


def cleared(cast, *channels, **more):
    row = thread(cast, *channels, **more)
    house.approve(cast, row)
    return row


def made(sink):
    """The texts that were really posted, in their order."""
    return [sink.posts[key].text for key in sink.sent]


def test_parts_go_out_in_order_each_under_its_key_answering_the_one_before(cast, clock, sink):
    post = cleared(cast)
    assert house.send(clock, minutes=29) == 0
    assert house.send(clock, minutes=1) == 3
    delivery = house.one(post)
    assert made(sink) == TEXTS
    assert sink.sent == [delivery.key, f"{delivery.key}.1", f"{delivery.key}.2"]
    above = [draft.above and tuple(each.remote_id for each in draft.above) for draft in sink.posts.values()]
    assert above == [None, (sink.sent[0], sink.sent[0]), (sink.sent[0], sink.sent[1])]
    assert (delivery.state, delivery.part, delivery.remote_id) == ("published", 3, delivery.key)
    assert delivery.url == f"https://sink.example/{delivery.key}"
    assert house.kinds(post)[1:] == ["delivery.part_sent", "delivery.part_sent", "delivery.published"]
    assert house.attempts(delivery) == [("send", "published")] * 3
    assert house.state(post) == "published"
    assert house.send(clock, hours=1) == 0


def test_pictures_go_with_the_first_part_only(cast, clock, sink):
    cleared(cast)
    house.send(clock, minutes=30)
    assert [draft.planned_at for draft in sink.posts.values()] == sorted({d.planned_at for d in sink.posts.values()})
    assert not any(draft.pictures for key, draft in sink.posts.items() if "." in key)


def test_a_network_without_threads_gets_the_text_alone(cast, clock, sink):
    sink.limits = replace(sink.limits, parts=0)
    post = cleared(cast)
    house.send(clock, minutes=30)
    delivery = house.one(post)
    assert (made(sink), delivery.state, delivery.part, delivery.out) == (["One"], "published", 0, [])


STEPS = {
    "claimed": (claim, "due", True),
    "checked": (sending, "_tickets", True),
    "sent": (settle, "settle", False),
    "noted": (settle, "arrived", True),
    "settled": (settle, "told", True),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_crash_in_any_step_of_any_part_loses_none_and_doubles_none(cast, clock, sink, step, at):
    post = cleared(cast)
    module, name, after = STEPS[step]
    counts = bool if name in ("due", "_tickets") else None
    house.killed_at(module, name, at, clock, after=after, counts=counts)
    assert house.one(post).state == "published"
    assert made(sink) == TEXTS


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_unclear_answer_is_looked_up_and_the_rest_follows(cast, clock, sink, at):
    post = cleared(cast)
    sink.script.extend([*[None] * at, "effect"])
    house.send(clock, minutes=30)
    delivery = house.one(post)
    assert (delivery.state, delivery.part, made(sink)) == ("unknown", at, TEXTS[: at + 1])
    house.send(clock, seconds=3)
    assert (house.one(post).state, made(sink)) == ("published", TEXTS)
    assert sink.asked("publish") == 3


def test_a_look_counts_from_the_first_try_of_its_own_part(cast, clock, sink, monkeypatch):
    cleared(cast)
    since = []
    monkeypatch.setattr(sink, "probe", lambda _account, _draft, at: since.append(at) or Unknown())
    sink.script.extend([lambda: clock.forward(seconds=5), error(Remedy.RETRY), "effect"])
    house.send(clock, minutes=30)
    second = clock()
    house.send(clock, seconds=20)
    house.send(clock, seconds=3)
    assert since == [second]
    query = sa.select(Attempt.part, Attempt.kind).order_by(Attempt.number)
    assert [tuple(row) for row in session.execute(query)] == [(0, "send"), (1, "send"), (1, "send"), (1, "probe")]


def test_a_pause_between_two_parts_holds_the_rest(cast, clock, sink):
    post = cleared(cast)

    def pause():
        pauses.pause(cast.warsaw, "news", cast.actor("approver"))
        db.commit()

    sink.script.append(pause)
    house.send(clock, minutes=30)
    delivery = house.one(post)
    assert (delivery.state, delivery.held_by, delivery.part, made(sink)) == ("held", "pause", 1, ["One"])
    clock.forward(seconds=1)
    release.release(delivery, cast.actor("approver"))
    db.commit()
    house.send(clock)
    assert (house.one(post).state, made(sink)) == ("published", TEXTS)


def failed_at(cast, clock, sink, at=2):
    """A thread of which a part is refused for good."""
    post = cleared(cast)
    sink.script.extend([*[None] * at, error(Remedy.GIVE_UP, "The words are not liked.")])
    house.send(clock, minutes=30)
    assert (house.one(post).state, house.one(post).part) == ("failed", at)
    return post


def test_a_refused_part_says_how_much_is_out_and_the_rest_can_be_sent(cast, clock, sink):
    post = failed_at(cast, clock, sink)
    assert house.state(post) == "failed"
    delivery = house.one(post)
    for page in (f"/deliveries/{delivery.id}", f"/posts/{post.id}"):
        html = cast.approver.get(page).get_data(as_text=True)
        assert "2 of 3 parts are out." in html
        assert "Send the rest" in html
        assert ">Try again<" not in html
    answer = cast.approver.post(f"/deliveries/{delivery.id}/again", {})
    assert answer.status_code == 303
    house.send(clock)
    assert (house.one(post).state, made(sink)) == ("published", TEXTS)
    assert "parts are out" not in cast.approver.get(f"/deliveries/{delivery.id}").get_data(as_text=True)


def test_what_is_out_in_part_is_never_begun_anew(cast, clock, sink):
    post = failed_at(cast, clock, sink)
    row = session.get(Post, post.id)
    row.text = "Another"
    db.commit()
    with pytest.raises((Invalid, Conflict)):
        submission.submit(row, cast.actor("author"))
    db.rollback()
    delivery = house.one(post)
    answer = cast.approver.post(f"/deliveries/{delivery.id}/slot", {"date": "2099-01-01", "time": "10:00"})
    assert answer.status_code in (403, 409)
    with pytest.raises(Conflict):
        decisions.undo(session.scalars(sa.select(Decision)).unique().one(), cast.actor("approver"))
    db.rollback()
    assert house.send(clock, hours=1) == 0
    assert made(sink) == ["One", "Two"]


def test_between_two_parts_nothing_can_be_taken_back(cast, clock, sink):
    post = cleared(cast)
    clock.forward(minutes=30)
    (ticket,) = sending.take(10)
    settle.settle(ticket, flight.fly(ticket))
    db.commit()
    assert (house.one(post).state, house.one(post).part, house.one(post).tries) == ("scheduled", 1, 0)
    for take_back in (
        lambda: decisions.undo(session.scalars(sa.select(Decision)).unique().one(), cast.actor("approver")),
        lambda: submission.withdraw(session.get(Post, post.id), cast.actor("author")),
        lambda: release.move_to(house.one(post), times.planned_from(clock(), "Europe/Warsaw"), cast.actor("approver")),
    ):
        with pytest.raises(Conflict):
            take_back()
        db.rollback()
    house.send(clock)
    assert (house.one(post).state, made(sink)) == ("published", TEXTS)


def test_a_thread_left_so_says_so_and_can_be_deleted_last_part_first(cast, clock, sink):
    post = failed_at(cast, clock, sink)
    delivery = house.one(post)
    assert cast.approver.post(f"/deliveries/{delivery.id}/drop", {}).status_code == 303
    assert house.state(post) == "partly"
    assert "2 of 3 parts are out." in cast.approver.get(f"/posts/{post.id}").get_data(as_text=True)
    row = session.get(Post, post.id)
    with pytest.raises((Invalid, Conflict)):
        submission.submit(row, cast.actor("author"))
    db.rollback()
    assert cast.approver.post(f"/deliveries/{delivery.id}/deletion", {}).status_code == 303
    house.send(clock)
    assert [key for kind, key in sink.calls if kind == "delete"] == [f"{delivery.key}.1", delivery.key]
    assert (sink.posts, house.one(post).deleted_at is not None, house.state(post)) == ({}, True, "draft")
    row = session.get(Post, post.id)
    row.as_soon = True
    db.commit()
    house.approve(cast, row)
    house.send(clock)
    assert [draft.text for draft in sink.posts.values()] == TEXTS


def test_a_published_thread_is_deleted_last_part_first_in_spite_of_a_crash(cast, clock, sink):
    post = cleared(cast)
    house.send(clock, minutes=30)
    delivery = house.one(post)
    release.remove(delivery, cast.actor("approver"))
    db.commit()
    (ticket,) = sending.take(10)
    flight.fly(ticket)
    session.remove()
    house.send(clock, seconds=31)
    keys = [f"{delivery.key}.2", f"{delivery.key}.2", f"{delivery.key}.1", delivery.key]
    assert [key for kind, key in sink.calls if kind == "delete"] == keys
    assert (sink.posts, house.one(post).deleted_at is not None) == ({}, True)


def test_a_deletion_that_fails_half_way_goes_on_there(cast, clock, sink):
    post = cleared(cast)
    house.send(clock, minutes=30)
    sink.script.extend([None, error(Remedy.RETRY)])
    release.remove(house.one(post), cast.actor("approver"))
    db.commit()
    house.send(clock)
    assert house.one(post).part == 2
    house.send(clock, minutes=1)
    assert sink.posts == {}
    assert sink.asked("delete") == 4


def test_words_of_a_thread_that_is_out_are_changed_part_by_part(cast, clock, sink):
    post = cleared(cast)
    house.send(clock, minutes=30)
    row = session.get(Post, post.id)
    row.text, row.parts = "Uno", [{"kind": "thread", "text": "Two"}, {"kind": "comment", "text": "Tres"}]
    row.as_soon = True
    db.commit()
    house.approve(cast, row)
    first = house.of(post)[0]
    (ticket,) = sending.take(10)
    flight.fly(ticket)
    session.remove()
    house.send(clock, seconds=31)
    house.send(clock)
    assert [sink.posts[key].text for key in sink.sent] == ["Uno", "Two", "Tres"]
    assert len(sink.sent) == 3
    assert [d.state for d in house.of(post)] == ["replaced", "published"]
    assert [part["id"] for part in house.one(post).out] == [part["id"] for part in first.out]


def test_the_number_of_parts_that_are_out_stays(cast, clock, sink):
    post = cleared(cast)
    house.send(clock, minutes=30)
    row = session.get(Post, post.id)
    row.parts = row.parts[:1]
    row.as_soon = True
    db.commit()
    with pytest.raises(Invalid):
        submission.submit(row, cast.actor("author"))
    db.rollback()
    html = cast.author.get(f"/posts/{post.id}/edit").get_data(as_text=True)
    assert "It is out in 3 parts there" in html


@pytest.mark.parametrize(("at", "state", "texts"), [(1, "dropped", 2), (2, "published", 3)])
def test_a_person_who_found_a_part_ends_the_thread_there(cast, clock, sink, at, state, texts):
    post = cleared(cast)
    sink.script.extend([*[None] * at, "effect"])
    sink.probes.extend([Unknown()] * 20)
    house.send(clock, minutes=30)
    delivery = house.one(post)
    page = cast.approver.get(f"/deliveries/{delivery.id}").get_data(as_text=True)
    assert ("Nod cannot answer a part" in page) == (at == 1)
    assert cast.approver.post(f"/deliveries/{delivery.id}/presence", {"url": ""}).status_code == 303
    house.send(clock, hours=1)
    delivery = house.one(post)
    assert (delivery.state, delivery.part, len(sink.sent)) == (state, at + 1, texts)
    assert house.state(post) == {"dropped": "partly", "published": "published"}[state]


def test_not_there_says_a_person_and_the_same_part_is_sent(cast, clock, sink):
    post = cleared(cast)
    sink.script.extend([None, error(Remedy.UNKNOWN)])
    sink.probes.extend([Unknown()] * 20)
    house.send(clock, minutes=30)
    delivery = house.one(post)
    assert cast.approver.post(f"/deliveries/{delivery.id}/absence", {}).status_code == 303
    house.send(clock)
    assert (house.one(post).state, made(sink)) == ("published", TEXTS)


def test_each_channel_has_its_own_thread(cast, clock, sink):
    one, two = house.channel(cast), house.channel(cast, handle="@two")
    post = cleared(cast, one, two)
    sink.script.append(error(Remedy.GIVE_UP))
    house.send(clock, minutes=30)
    assert sorted((d.state, d.part) for d in house.of(post)) == [("failed", 0), ("published", 3)]
    assert made(sink) == TEXTS


def test_a_post_without_parts_writes_nothing_of_them(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    house.send(clock, minutes=30)
    row = session.execute(sa.select(Delivery.part, Delivery.out).where(Delivery.post_id == post.id)).one()
    assert tuple(row) == (0, [])
    assert house.kinds(post) == ["delivery.scheduled", "delivery.published"]
