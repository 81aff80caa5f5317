"""What waits on whom, and which slots were missed."""

from datetime import timedelta

from tests.approvals import house as approvals
from tests.approvals.workflows import house as flows
from tests.posts import make
from webapp import db, times
from webapp.approvals import sweep
from webapp.approvals.life import holds
from webapp.insights import expired
from webapp.posts import drafts

from . import house
from .house import at, decided, read, waiting


def lines(cast, name="administrator", **args):
    found = read(cast, name, **args)
    return [(each.role, found.regions[each.region_id].name, each.posts) for each in found.waiting.on]


def test_by_role_and_region_the_oldest_first(cast, clock):
    house.of_dubai(cast)
    clock.forward(hours=1)
    waiting(cast)
    waiting(cast)
    found = lines(cast)
    assert found[0][1] == "Dubai"
    assert set(found) == {
        ("Approver", "Dubai", 1),
        ("Administrator", "Dubai", 1),
        ("Approver", "Warsaw", 2),
        ("Administrator", "Warsaw", 2),
    }
    assert read(cast).waiting.posts == 3
    assert lines(cast, region=cast.dubai.id) == found[:2]


def test_who_is_asked_by_name_only_for_who_may_see_them(cast, clock):
    row = waiting(cast)
    assert "Approver, Second" in house.screen(cast, "analyst")
    flows.give(cast, "teammate", flows.make_role(cast, "Numbers", "activity"), cast.warsaw)
    page = house.screen(cast, "teammate")
    assert "2 people are asked" in page
    assert "Second" not in page
    assert f"/posts/{row.post_id}" not in page  # who may not look at a post gets no link to it


def test_on_hold_waits_on_nobody(cast, clock):
    row = waiting(cast)
    holds.hold(approvals.stored(row).post, "Wait", times.now() + timedelta(days=2), cast.actor("approver"))
    db.commit()
    assert lines(cast) == [("On hold", "Warsaw", 1)]


def test_what_is_decided_waits_no_more(cast, clock):
    decided(cast, clock, 10)
    assert lines(cast) == []
    assert "Nothing waits for a yes right now." in house.screen(cast)


def test_the_posts_that_waited_longest_are_linked(cast, clock):
    rows = [waiting(cast, text=f"Post {n}") for n in range(7)]
    page = house.screen(cast)
    linked = [n for n, row in enumerate(rows) if f'href="/posts/{row.post_id}"' in page]
    assert linked == [0, 1, 2, 3, 4]


def missed(cast, clock, **more):
    row = approvals.waiting(cast, **more)
    clock.forward(days=2)
    sweep.expire_due()
    db.commit()
    return row


def test_missed_slots_are_counted_and_listed(cast, clock):
    at(clock, day=1)
    missed(cast, clock, text="An early one")
    at(clock, day=8)
    first, second = missed(cast, clock, text="Monday"), missed(cast, clock, text="Tuesday")
    at(clock, day=12)
    found = read(cast, days=7)
    assert (found.missed.total(), found.missed_before) == (2, 1)
    assert found.changes["missed"].text == "1 more than in the 7 days before"
    assert found.changes["missed"].worse
    page = house.screen(cast, query="?days=7")
    assert page.index(f"/posts/{second.post_id}") < page.index(f"/posts/{first.post_id}")
    assert "Waited at Approval" in page
    assert "An early one" not in page


def test_a_post_that_is_gone_is_counted_and_not_listed(cast, clock):
    row = missed(cast, clock)
    drafts.delete(approvals.stored(row).post, cast.actor("author"))
    db.commit()
    found = read(cast)
    assert found.missed.total() == 1
    assert expired.newest(found.frame, found.reader.stages) == []


def test_it_says_where_the_post_was_waiting(cast, clock):
    flows.publish(
        cast,
        flows.stage("Brand", flows.person(cast, "approver")),
        flows.stage("Legal", flows.person(cast, "second")),
    )
    row = approvals.waiting(cast, channels=[make.channel(cast)])
    clock.forward(minutes=10)
    approvals.decide(cast, row)
    clock.forward(days=2)
    sweep.expire_due()
    db.commit()
    found = read(cast)
    assert [each.stage for each in expired.newest(found.frame, found.reader.stages)] == ["Legal"]
