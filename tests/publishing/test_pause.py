"""Product promise 9: a pause stops everything in its scope at once, inside the send; nothing floods out after it."""

import pytest

from tests.publishing import house
from webapp import db
from webapp.db import session
from webapp.errors import Conflict
from webapp.people.models import Region
from webapp.publishing import flight, pauses, release, sending
from webapp.publishing.models import Pause


def paused(cast, scope, by="approver"):
    made = pauses.pause(scope, "news", cast.actor(by))
    db.commit()
    return made


def test_what_comes_due_during_a_pause_is_held(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    paused(cast, cast.warsaw)
    house.send(clock, minutes=30)
    assert (house.one(post).state, house.one(post).held_by) == ("held", "pause")
    assert not sink.calls
    assert house.state(post) == "held"


def test_a_pause_above_stops_the_regions_below_and_no_other(cast, clock, sink):
    in_warsaw = house.cleared(cast, [house.channel(cast)])
    dubai = house.channel(cast, cast.dubai)
    in_dubai = house.post(cast, [dubai], author="dubai_author")
    house.approve(cast, in_dubai, "dubai_author", "teammate")
    paused(cast, cast.warsaw)
    house.send(clock, minutes=30)
    assert house.one(in_warsaw).state == "held"
    assert house.one(in_dubai).state == "published"
    again = house.post(cast, [dubai], author="dubai_author")
    house.approve(cast, again, "dubai_author", "teammate")
    paused(cast, cast.headquarters, "planner")
    house.send(clock, minutes=30)
    assert house.one(again).state == "held"


def test_one_channel_can_be_paused(cast, clock, sink):
    first, second = house.channel(cast), house.channel(cast, handle="@two")
    post = house.cleared(cast, [first, second])
    paused(cast, first)
    house.send(clock, minutes=30)
    assert {d.channel_id: d.state for d in house.of(post)} == {first.id: "held", second.id: "published"}


def test_a_pause_between_claim_and_send_stops_the_send(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    clock.forward(minutes=30)
    (ticket,) = sending.take(10)
    session.remove()
    paused(cast, session.get(Region, cast.warsaw.id))
    outcome = flight.fly(ticket)
    assert outcome == flight.Stopped("pause")
    sending.settle.settle(ticket, outcome)
    db.commit()
    assert sink.asked("publish") == 0
    assert (house.one(post).state, house.one(post).held_by) == ("held", "pause")


def test_nothing_floods_out_when_it_ends(cast, clock, sink):
    posts = [house.cleared(cast, [house.channel(cast)]) for _ in range(3)]
    later = house.cleared(cast, [house.channel(cast)], minutes=300)
    pause = paused(cast, cast.warsaw)
    house.send(clock, minutes=30)
    pauses.end(session.get(Pause, pause.id), cast.actor("approver"))
    db.commit()
    house.send(clock, minutes=5)
    assert [house.one(p).state for p in posts] == ["held"] * 3
    assert not sink.calls
    house.send(clock, minutes=265)
    assert house.one(later).state == "published"


def test_a_released_post_goes_out_in_spite_of_the_pause_but_not_of_a_new_one(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    other = house.cleared(cast, [house.channel(cast)], minutes=60)
    paused(cast, cast.warsaw)
    house.send(clock, minutes=30)
    clock.forward(seconds=1)
    for row in (post, other):
        release.release(house.one(row), cast.actor("approver"))
        db.commit()
    house.send()
    assert house.one(post).state == "published"
    assert house.one(other).state == "scheduled"
    clock.forward(seconds=1)
    paused(cast, house.one(other).channel)
    house.send(clock, minutes=30)
    assert house.one(other).state == "held"


def test_the_same_scope_is_paused_once(cast, clock):
    paused(cast, cast.warsaw)
    with pytest.raises(Conflict):
        pauses.pause(cast.warsaw, "", cast.actor("approver"))


def test_pausing_and_ending_on_the_phone(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    page = cast.approver.get("/pause").get_data(as_text=True)
    assert "1 post" in page
    assert f"region:{cast.warsaw.id}" in page
    assert f"region:{cast.dubai.id}" not in page
    answer = cast.approver.post("/pause", {"scope": f"region:{cast.warsaw.id}", "reason": "news"})
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert house.state(post) == "held"
    shown = cast.approver.get(where).get_data(as_text=True)
    assert "Posting paused: Warsaw" in shown
    assert "Hello" in shown
    assert "Bad news" in shown
    assert "Posting paused" in cast.author.get("/deliveries").get_data(as_text=True)
    assert "Posting paused" not in cast.teammate.get("/deliveries").get_data(as_text=True)
    house.send(clock, minutes=31)
    assert "Its slot has passed." in cast.approver.get(where).get_data(as_text=True)
    assert "1 post whose slot has passed" in cast.approver.get(f"{where}/end").get_data(as_text=True)
    assert cast.approver.post(f"{where}/end", {"held": "keep"}).status_code == 303
    assert house.one(post).state == "held"
    assert "Posting paused" not in cast.author.get("/deliveries").get_data(as_text=True)


def test_ending_may_drop_what_was_held(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    pause = paused(cast, cast.warsaw)
    house.send(clock, minutes=30)
    cast.approver.post(f"/pause/{pause.id}/end", {"held": "drop"})
    assert house.one(post).state == "dropped"


@pytest.mark.parametrize("who", ["author", "analyst"])
def test_only_who_may_pause(cast, who):
    assert getattr(cast, who).get("/pause").status_code == 403
    assert getattr(cast, who).post("/pause", {"scope": f"region:{cast.warsaw.id}"}).status_code == 403


def test_strangers_and_teammates_do_not_find_it(cast, clock):
    pause = paused(cast, cast.warsaw)
    for who in (cast.stranger, cast.teammate):
        assert who.get(f"/pause/{pause.id}").status_code == 404
        assert who.post(f"/pause/{pause.id}/end").status_code == 404
    assert cast.author.get(f"/pause/{pause.id}").status_code == 200
    assert cast.author.post(f"/pause/{pause.id}/end").status_code == 403


@pytest.mark.parametrize("scope", ["", "region:x", "channel", "region:00000000-0000-0000-0000-000000000000", "\0"])
def test_a_scope_that_is_none_is_refused_beside_the_field(cast, scope):
    answer = cast.approver.post("/pause", {"scope": scope, "reason": "news"})
    assert answer.status_code == 422
    assert 'value="news" checked' in answer.get_data(as_text=True) or "checked" in answer.get_data(as_text=True)
    assert session.query(Pause).count() == 0


def test_a_region_of_others_cannot_be_paused(cast):
    assert cast.approver.post("/pause", {"scope": f"region:{cast.dubai.id}"}).status_code == 422
