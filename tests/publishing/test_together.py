"""Product promise 9: when a pause ends nothing floods out; several are decided at once by who read the list."""

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.publishing import house
from webapp import db, times
from webapp.approvals.models import Decision
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.posts.models import Post
from webapp.publishing import pauses, together
from webapp.publishing.models import Delivery, Pause

pytestmark = pytest.mark.one_database


@pytest.fixture
def posts(cast, clock, sink):
    """Four held by a pause that is over: two slots an hour apart long ago, two just now."""
    made = [
        house.cleared(cast, [house.channel(cast, handle=f"@c{n}")], text=f"Post {n}", minutes=m)
        for n, m in enumerate((30, 90, 150, 155))
    ]
    pauses.pause(cast.warsaw, "news", cast.actor("approver"))
    db.commit()
    house.send(clock, minutes=30)
    house.send(clock, minutes=60)
    house.send(clock, minutes=65)
    pauses.end(session.scalars(sa.select(Pause)).one(), cast.actor("approver"))
    db.commit()
    clock.forward(minutes=1)
    return made


def url():
    session.rollback()
    return f"/pause/{session.scalars(sa.select(Pause.id).order_by(Pause.id)).first()}"


def ids(*posts):
    return [str(house.one(post).id) for post in posts]


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


def ticked(page):
    return re.findall(r'name="item" value="([0-9a-f-]{36})" checked', page)


def hidden(page):
    """The fields of the form under the list."""
    form = page[page.index('id="carry"') :]
    return [(n, v) for n, v in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form) if n != "_token"]


def go(browser, chosen, **how):
    """Read the list and carry it out; answers the list's page and the answer."""
    listed = browser.post(f"{url()}/plan", {"item": chosen, **how})
    assert listed.status_code == 200, listed.get_data(as_text=True)
    fields: dict = {}
    for name, value in hidden(listed.get_data(as_text=True)):
        fields.setdefault(name, []).append(value)
    return text_of(listed), fields, browser.post(f"{url()}/together", fields)


def test_late_ones_and_early_ones_are_told_apart(cast, clock, posts):
    page = text_of(cast.approver.get(f"{url()}/together"))
    late = page[page.index(">Late<") :]
    assert "Post 0" in late
    assert "Post 1" in late
    assert "Post 2" not in late
    assert page.index("Slot just passed") < page.index("Post 2") < page.index(">Late<")
    assert sorted(ticked(page)) == sorted(ids(*posts))
    assert sorted(ticked(text_of(cast.approver.get(f"{url()}/together?tick=early")))) == sorted(ids(*posts[2:]))
    assert ticked(text_of(cast.approver.get(f"{url()}/together?tick=none"))) == []


def test_released_together_they_go_out_one_after_the_other(cast, clock, sink, posts):
    listed, _fields, answer = go(cast.approver, ids(posts[3], posts[0], posts[2]), how="release", apart="10")
    start = clock()
    place = f"{times.hour(start + timedelta(minutes=20), 'Europe/Warsaw')}"
    assert place in listed
    assert "Warsaw" in listed
    assert "3 posts go out" in listed
    assert answer.status_code == 303
    assert house.send(clock) == 1
    assert [d.text for d in sink.posts.values()] == ["Post 0"]
    assert house.send(clock, minutes=9, seconds=59) == 0
    assert house.send(clock, seconds=1) == 1
    assert house.send(clock, minutes=10) == 1
    assert [d.text for d in sink.posts.values()] == ["Post 0", "Post 2", "Post 3"]
    assert house.one(posts[1]).state == "held"


def test_the_list_changes_nothing(cast, clock, sink, posts):
    cast.approver.post(f"{url()}/plan", {"item": ids(*posts), "how": "release", "apart": "5"})
    assert {house.one(post).state for post in posts} == {"held"}
    assert house.send(clock, hours=2) == 0


def test_far_apart_is_not_late(cast, clock, sink, posts):
    go(cast.approver, ids(*posts), how="release", apart="120")
    for _n in range(4):
        house.send(clock)
        clock.forward(minutes=120)
    assert {house.one(post).state for post in posts} == {"published"}


def test_what_is_released_for_later_is_late_after_its_new_time(cast, clock, sink, posts):
    go(cast.approver, ids(*posts[:2]), how="release", apart="60")
    house.send(clock, minutes=76)
    assert (house.one(posts[1]).state, house.one(posts[1]).held_by) == ("held", "late")


def test_a_new_pause_stops_what_was_released_for_later(cast, clock, sink, posts):
    go(cast.approver, ids(*posts[:2]), how="release", apart="30")
    house.send(clock)
    clock.forward(minutes=5)
    pauses.pause(cast.warsaw, "hacked", cast.actor("approver"))
    db.commit()
    house.send(clock, minutes=25)
    assert (house.one(posts[1]).state, house.one(posts[1]).held_by) == ("held", "pause")
    assert len(sink.sent) == 1


def test_each_release_is_an_event_with_its_person_and_time(cast, clock, posts):
    go(cast.approver, ids(*posts[:2]), how="release", apart="10")
    found = session.scalars(sa.select(Event).where(Event.kind == "delivery.released").order_by(Event.id)).all()
    assert {event.person_id for event in found} == {cast.people["approver"].id}
    expected = {times.iso(clock()), times.iso(clock() + timedelta(minutes=10))}
    assert {event.data["at"] for event in found} == expected


def test_the_screen_says_for_when_it_is_released(cast, clock, posts):
    go(cast.approver, ids(*posts[:2]), how="release", apart="10")
    hour = times.hour(clock() + timedelta(minutes=10), "Europe/Warsaw")
    assert f"{hour} Warsaw." in text_of(cast.approver.get(f"/posts/{posts[1].id}"))


def test_carried_out_twice_it_counts_once(cast, clock, sink, posts):
    _listed, fields, first = go(cast.approver, ids(*posts[:2]), how="release", apart="10")
    again = cast.approver.post(f"{url()}/together", fields)
    assert (again.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    other = cast.approver.post(f"{url()}/together", {**fields, "key": ["another-key-for-it"]})
    assert other.status_code == 409
    house.send(clock)
    house.send(clock, minutes=10)
    assert len(sink.sent) == 2


def test_decided_by_somebody_else_meanwhile_nothing_is_applied(cast, clock, sink, posts):
    listed = cast.approver.post(f"{url()}/plan", {"item": ids(*posts[:3]), "how": "release", "apart": "10"})
    fields: dict = {}
    for name, value in hidden(listed.get_data(as_text=True)):
        fields.setdefault(name, []).append(value)
    cast.second.post(f"/deliveries/{house.one(posts[1]).id}/drop")
    assert cast.approver.post(f"{url()}/together", fields).status_code == 409
    assert [house.one(post).state for post in posts[:3]] == ["held", "dropped", "held"]


def test_an_old_list_is_not_carried_out(cast, clock, posts):
    listed = cast.approver.post(f"{url()}/plan", {"item": ids(*posts), "how": "release", "apart": "10"})
    fields: dict = {}
    for name, value in hidden(listed.get_data(as_text=True)):
        fields.setdefault(name, []).append(value)
    clock.forward(minutes=11)
    assert cast.approver.post(f"{url()}/together", fields).status_code == 409
    for n, start in enumerate(("", "now", "2026-01-01", "9999-12-31T23:59:59+00:00", "\0")):
        assert (
            cast.approver.post(f"{url()}/together", {**fields, "start": start, "key": f"another-key-{n}"}).status_code
            == 409
        )
    assert {house.one(post).state for post in posts} == {"held"}


def test_undo_until_sending_starts(cast, clock, sink, posts):
    _listed, _fields, answer = go(cast.approver, ids(*posts[:3]), how="release", apart="10")
    house.send(clock)
    page = text_of(cast.approver.get(answer.headers["Location"]))
    (undo,) = re.findall(r'action="(/pause/[^"]*/return[^"]*)"', page)
    assert cast.approver.post(undo).status_code == 303
    assert [house.one(post).state for post in posts[:3]] == ["published", "held", "held"]
    assert house.send(clock, hours=1) == 0
    assert cast.approver.post(undo).status_code == 409
    held = sa.select(Event).where(Event.kind == "delivery.held").order_by(Event.id.desc())
    assert session.scalars(held).first().data["reason"] == "undone"


@pytest.mark.parametrize(
    "mark", ["", "x", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59"]
)
def test_undo_of_nothing(cast, clock, posts, mark):
    assert cast.approver.post(f"{url()}/return", query_string={"mark": mark}).status_code == 409


def test_moved_together_they_keep_their_spacing_and_need_their_yes(cast, clock, sink, posts):
    before = [house.one(post).planned_at for post in posts[:2]]
    listed, _fields, answer = go(cast.planner, ids(*posts[:2]), how="move", days="1", hours="2")
    assert "2 posts move. Each needs its yes again." in listed
    assert answer.status_code == 303
    session.rollback()
    moved = [session.get(Post, post.id, populate_existing=True) for post in posts[:2]]
    shift = timedelta(days=1, hours=2)
    walls = [times.local(at, "Europe/Warsaw").replace(tzinfo=None) + shift for at in before]
    assert [post.wall for post in moved] == [wall.isoformat(timespec="minutes") for wall in walls]
    assert [house.state(post) for post in posts[:2]] == ["waiting", "waiting"]
    assert house.send(clock, days=2) == 0
    assert house.one(posts[2]).state == "held"


def test_a_post_with_several_channels_moves_once(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast, handle=f"@c{n}") for n in range(3)])
    pauses.pause(cast.warsaw, "", cast.actor("approver"))
    db.commit()
    house.send(clock, minutes=30)
    pauses.end(session.scalars(sa.select(Pause)).one(), cast.actor("approver"))
    db.commit()
    held = [str(delivery.id) for delivery in house.of(post)]
    listed, _fields, answer = go(cast.planner, held, how="move", days="1")
    assert "1 post moves" in listed
    assert answer.status_code == 303
    assert session.scalars(sa.select(sa.func.count()).where(Event.kind == "delivery.moved")).one() == 1


def test_a_move_that_stays_in_the_past_says_so(cast, clock, posts):
    clock.forward(days=1)
    answer = cast.planner.post(f"{url()}/plan", {"item": ids(posts[0]), "how": "move", "hours": "1"})
    page = text_of(answer)
    assert "It would still be in the past." in page
    assert 'id="carry"' not in page


def test_who_may_not_write_is_not_offered_to_move(cast, clock, posts):
    assert 'value="move"' not in cast.approver.get(f"{url()}/together").get_data(as_text=True)
    assert 'value="move"' in cast.planner.get(f"{url()}/together").get_data(as_text=True)
    page = text_of(cast.approver.post(f"{url()}/plan", {"item": ids(*posts), "how": "move", "days": "1"}))
    assert page.count("Your role does not allow moving it.") == 4
    assert 'id="carry"' not in page


def test_blocked_ones_say_why_and_do_not_go_along(cast, clock, sink, posts):
    session.execute(sa.update(Channel).where(Channel.handle == "@c0").values(health="reconnect"))
    session.execute(sa.update(Decision).where(Decision.post_id == posts[1].id).values(undone_at=times.now()))
    db.commit()
    page = text_of(cast.approver.get(f"{url()}/together"))
    blocked = page[page.index("Cannot be released") :]
    assert "The channel has to be connected again." in blocked
    assert "Its approvals are not complete." in blocked
    assert sorted(ticked(page)) == sorted(ids(*posts[2:]))
    listed, _fields, answer = go(cast.approver, ids(*posts), how="release", apart="1")
    assert "2 posts go out" in listed
    assert "Stay on hold" in listed
    assert answer.status_code == 303
    assert [house.one(post).state for post in posts] == ["held", "held", "scheduled", "scheduled"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"how": "release", "apart": ""}, "apart"),
        ({"how": "release", "apart": "0"}, "apart"),
        ({"how": "release", "apart": "121"}, "apart"),
        ({"how": "release", "apart": "ten"}, "apart"),
        ({"how": "move"}, "days"),
        ({"how": "move", "days": "61"}, "days"),
        ({"how": "move", "hours": "24"}, "hours"),
        ({"how": "now"}, "how"),
        ({}, "how"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_ticks_stay(cast, clock, posts, data, field):
    for verb in ("plan", "together"):
        answer = cast.planner.post(f"{url()}/{verb}", {"item": ids(posts[0]), "start": "x", **data})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in page
        assert ticked(page) == ids(posts[0])


@pytest.mark.parametrize("items", [[], ["x"], ["00000000-0000-0000-0000-000000000000"], ["\0"]])
def test_nothing_ticked_is_said(cast, clock, posts, items):
    answer = cast.approver.post(f"{url()}/plan", {"item": items, "how": "release", "apart": "1"})
    assert answer.status_code == 422
    assert "Tick at least one post." in text_of(answer)


def test_only_who_may_release_in_that_region(cast, clock, posts):
    chosen = ids(*posts)
    data = {"item": chosen, "how": "release", "apart": "1", "start": times.now().isoformat()}
    for who, status in (("author", 403), ("analyst", 403), ("stranger", 404), ("teammate", 404)):
        browser = getattr(cast, who)
        assert browser.get(f"{url()}/together").status_code == status
        for verb in ("plan", "together", "return"):
            assert browser.post(f"{url()}/{verb}", data).status_code == status
    assert {house.one(post).state for post in posts} == {"held"}


def test_while_it_is_paused_there_is_nothing_to_decide_together(cast, clock, sink, posts):
    session.execute(sa.update(Pause).values(ended_at=None))
    db.commit()
    assert cast.approver.get(f"{url()}/together").headers["Location"].endswith("/end")
    assert cast.approver.post(f"{url()}/together", {}).status_code == 409


def test_the_end_of_the_pause_leads_there(cast, clock, sink, posts):
    session.execute(sa.update(Pause).values(ended_at=None))
    db.commit()
    assert 'value="together"' in cast.approver.get(f"{url()}/end").get_data(as_text=True)
    answer = cast.approver.post(f"{url()}/end", {"held": "together"})
    assert answer.headers["Location"].endswith(f"{url()}/together")
    assert f"{url()}/together" in cast.approver.get(url()).get_data(as_text=True)


def test_no_more_than_so_many_at_once(cast, clock, posts, monkeypatch):
    monkeypatch.setattr(together, "MOST", 3)
    page = text_of(cast.approver.get(f"{url()}/together"))
    assert "These are the oldest 3 of 4." in page
    assert len(ticked(page)) == 3
    answer = cast.approver.post(f"{url()}/plan", {"item": ids(*posts), "how": "release", "apart": "1"})
    assert "3 posts go out" in text_of(answer)


def test_another_regions_are_not_among_them(cast, clock, sink, posts):
    session.execute(sa.update(Delivery).where(Delivery.post_id == posts[0].id).values(region_id=cast.dubai.id))
    db.commit()
    assert "Post 0" not in text_of(cast.approver.get(f"{url()}/together"))
