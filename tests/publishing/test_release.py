"""What a named person decides: held, unknown and failed posts, and what was published."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.publishing import house
from tests.publishing.sink import error
from webapp import db, times
from webapp.approvals.models import Submission
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.networks.base import Remedy


@pytest.fixture
def held(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    house.send(clock, minutes=50)
    return post


@pytest.fixture
def failed(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append(error(Remedy.GIVE_UP, "The sink finds it dull."))
    house.send(clock, minutes=30)
    return post


@pytest.fixture
def unknown(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    sink.script.append("effect")
    house.send(clock, minutes=30)
    return post


def act(browser, post, verb, **data):
    return browser.post(f"/deliveries/{house.one(post).id}/{verb}", data)


def last_event(post):
    session.rollback()
    return session.scalars(
        sa.select(Event).where(Event.subject_id == house.one(post).id).order_by(Event.id.desc()).limit(1)
    ).one()


def test_a_late_post_goes_out_when_a_person_says_so_and_the_trail_says_who(cast, clock, sink, held):
    assert act(cast.approver, held, "release").status_code == 303
    event = last_event(held)
    assert (event.kind, event.person_id) == ("delivery.released", cast.people["approver"].id)
    house.send()
    assert house.one(held).state == "published"


def test_dropped_means_never(cast, clock, sink, held):
    act(cast.approver, held, "drop")
    house.send(clock, hours=1)
    assert house.one(held).state == "dropped"
    assert not sink.calls


def test_a_second_decision_is_told_that_it_came_second(cast, clock, sink, held):
    delivery = house.one(held)
    cast.approver.post(f"/deliveries/{delivery.id}/drop")
    answer = cast.second.post(f"/deliveries/{delivery.id}/release")
    assert answer.status_code == 409
    assert house.one(held).state == "dropped"


def test_failed_can_be_tried_again(cast, clock, sink, failed):
    page = cast.approver.get("/deliveries").get_data(as_text=True)
    assert "The sink finds it dull." in page
    assert "Try again" in page
    act(cast.approver, failed, "again")
    house.send()
    assert house.one(failed).state == "published"
    assert [a[1] for a in house.attempts(house.one(failed))] == ["failed", "published"]


def test_unknown_found_by_a_person(cast, clock, sink, unknown):
    answer = act(cast.approver, unknown, "presence", url="https://sink.example/x")
    assert answer.status_code == 303
    delivery = house.one(unknown)
    assert (delivery.state, delivery.url) == ("published", "https://sink.example/x")
    house.send(clock, seconds=5)
    assert sink.asked("probe") == 0


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "not an address", "https://" + "a" * 3000])
def test_a_bad_address_is_refused_and_kept(cast, clock, sink, unknown, url):
    answer = act(cast.approver, unknown, "presence", url=url)
    assert answer.status_code == 422
    assert url[:40] in answer.get_data(as_text=True)
    assert house.one(unknown).state == "unknown"


def test_unknown_and_not_there_is_sent_again(cast, clock, sink, unknown):
    sink.posts.clear()
    act(cast.approver, unknown, "absence")
    house.send()
    assert house.one(unknown).state == "published"
    assert sink.asked("publish") == 2


def test_a_persons_answer_beats_a_probe_under_way(cast, clock, sink, unknown):
    from webapp.publishing import flight, sending, settle

    clock.forward(seconds=3)
    (ticket,) = sending.take(5)
    session.remove()
    act(cast.approver, unknown, "drop")
    assert settle.settle(ticket, flight.fly(ticket)) is False
    db.commit()
    assert house.one(unknown).state == "dropped"


def test_moving_needs_its_yes_again(cast, clock, sink, held):
    zone = "Europe/Warsaw"
    later = times.local(clock() + timedelta(hours=3), zone)
    answer = act(cast.planner, held, "slot", date=f"{later:%Y-%m-%d}", time=f"{later:%H:%M}")
    assert answer.status_code == 303
    assert [d.state for d in house.of(held)] == ["cancelled"]
    assert house.state(held) == "waiting"
    house.send(clock, hours=4)
    assert not sink.calls


@pytest.mark.parametrize(
    ("date", "time", "said"),
    [
        ("", "", "required"),
        ("2020-01-01", "10:00", "passed"),
        ("2027-03-28", "02:30", "does not exist"),
        ("9999-99-99", "x", "not in the calendar"),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_the_field(cast, clock, sink, held, date, time, said):
    answer = act(cast.planner, held, "slot", date=date, time=time)
    assert answer.status_code == 422
    assert house.one(held).state == "held"
    assert re.search(said, answer.get_data(as_text=True))


def test_a_broken_channel_must_be_connected_first(cast, clock, sink):
    channel = house.channel(cast)
    post = house.cleared(cast, [channel])
    sink.script.append(error(Remedy.RECONNECT))
    sink.healthy = False
    house.send(clock, minutes=30)
    assert act(cast.approver, post, "release").status_code == 409
    session.rollback()
    session.execute(sa.update(Channel).values(health="connected", problem=""))
    db.commit()
    act(cast.approver, post, "release")
    house.send()
    assert house.one(post).state == "published"


def test_a_published_post_can_be_deleted_there(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    house.send(clock, minutes=30)
    act(cast.approver, post, "deletion")
    sink.script.append(error(Remedy.RETRY))
    house.send()
    assert sink.posts
    house.send(clock, minutes=1)
    assert not sink.posts
    assert house.one(post).deleted_at == clock()
    assert house.kinds(post)[-2:] == ["delivery.deletion_asked", "delivery.deleted"]


def test_a_change_after_publication_is_sent_as_an_edit_once_it_has_its_yes(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)], text="First")
    house.send(clock, minutes=30)
    first = house.one(post)
    session.execute(sa.update(type(post)).values(text="Second", as_soon=True))
    db.commit()
    house.send()
    assert [d.text for d in sink.posts.values()] == ["First"]
    row = session.get(type(post), post.id)
    house.approve(cast, row)
    house.send()
    after = house.one(post)
    assert [d.text for d in sink.posts.values()] == ["Second"]
    assert (sink.asked("publish"), sink.asked("edit")) == (1, 1)
    assert (after.state, after.remote_id, after.edited_at) == ("published", first.remote_id, clock())
    assert house.state(post) == "published"


@pytest.mark.parametrize("who", ["author", "analyst"])
def test_only_who_may_release(cast, clock, sink, held, who):
    browser = getattr(cast, who)
    assert browser.get(f"/deliveries/{house.one(held).id}").status_code == 200
    for verb in ("release", "again", "drop", "presence", "absence", "slot", "deletion"):
        assert act(browser, held, verb).status_code == 403
    assert house.one(held).state == "held"


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_others_find_nothing(cast, clock, sink, held, who):
    browser = getattr(cast, who)
    assert "Hello" not in browser.get("/deliveries").get_data(as_text=True)
    assert browser.get(f"/deliveries/{house.one(held).id}").status_code == 404
    for verb in ("release", "again", "drop", "presence", "absence", "slot", "deletion"):
        assert act(browser, held, verb).status_code == 404


def test_the_trouble_list_counts_and_filters(cast, clock, sink, held):
    house.cleared(cast, [house.channel(cast)], text="Fails")
    sink.script.append(error(Remedy.GIVE_UP))
    house.send(clock, minutes=30)
    everything = cast.approver.get("/deliveries").get_data(as_text=True)
    assert "Hello" in everything
    assert "Fails" in everything
    only = cast.approver.get("/deliveries?state=failed").get_data(as_text=True)
    assert "Hello" not in only
    assert "Fails" in only


def test_the_page_of_the_post_shows_every_attempt(cast, clock, sink, unknown):
    page = cast.author.get(f"/deliveries/{house.one(unknown).id}").get_data(as_text=True)
    assert "Unknown, look" in page
    assert "no clear answer" in page
    assert "Warsaw" in page


def test_approving_what_is_out_already_sends_nothing_and_ends(cast, clock, sink):
    first, second = house.channel(cast), house.channel(cast, handle="@two")
    post = house.cleared(cast, [first], text="Same")
    house.send(clock, minutes=30)
    session.execute(sa.update(type(post)).values(as_soon=True))
    db.commit()
    house.approve(cast, session.get(type(post), post.id))
    assert house.send() == 0
    assert sink.asked("publish") == 1
    assert house.state(post) == "published"
    assert second.id not in {d.channel_id for d in house.of(post)}
    assert session.scalars(sa.select(Submission.outcome)).all() == ["done", "done"]
