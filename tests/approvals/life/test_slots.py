"""A slot that passed: the next free one is a tap away, and the tap sends the same content for approval again."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.approvals import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import sweep
from webapp.approvals.life import slots
from webapp.errors import Conflict
from webapp.posts.models import Post, Revision

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def friday(cast, clock):
    clock.at = FRIDAY
    return clock


def missed(cast, clock, hours=5, **more):
    """A post whose slot passed on Friday afternoon."""
    row = house.waiting(cast, planned_at=times.now() + timedelta(hours=hours), **more)
    clock.forward(hours=hours, minutes=1)
    sweep.expire_due()
    db.commit()
    return row


def local(at):
    return times.local(at, "Europe/Warsaw").strftime("%a %H:%M")


def test_the_same_hour_on_the_next_working_day(cast, friday):
    row = missed(cast, friday)
    found = slots.suggested(house.stored(row).post)
    assert local(found.at) == "Mon 15:00"


def test_a_slot_that_is_taken_gives_way_to_the_next(cast, friday):
    channel = make.channel(cast)
    monday = FRIDAY + timedelta(days=3, hours=5)
    house.waiting(cast, channels=[channel], planned_at=monday)
    row = missed(cast, friday, channels=[channel])
    assert local(slots.suggested(house.stored(row).post).at) == "Mon 15:30"


def test_another_channel_takes_nothing(cast, friday):
    house.waiting(cast, planned_at=FRIDAY + timedelta(days=3, hours=5))
    row = missed(cast, friday)
    assert local(slots.suggested(house.stored(row).post).at) == "Mon 15:00"


def test_one_tap_sends_the_same_with_the_new_time(cast, friday):
    row = missed(cast, friday)
    html = cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "Next free time: Mon 30 Nov, 15:00 Warsaw" in html
    at = slots.suggested(house.stored(row).post).at
    answer = cast.author.post(f"/posts/{row.post_id}/submission/slot", {"at": times.iso(at)})
    assert answer.status_code == 303
    assert house.state(row) == "waiting"
    one, two = house.rows(Revision)
    assert two.planned_at == at
    assert [c["parts"] for c in one.content["channels"]] == [c["parts"] for c in two.content["channels"]]
    post = house.rows(Post)[0]
    assert (post.planned_at, post.wall) == (at, "2026-11-30T15:00")


def test_a_second_tap_changes_nothing(cast, friday):
    row = missed(cast, friday)
    at = slots.suggested(house.stored(row).post).at
    slots.take(house.stored(row).post, at, cast.actor("author"))
    db.commit()
    with pytest.raises(Conflict):
        slots.take(house.stored(row).post, at, cast.actor("author"))


def test_changes_that_were_not_sent_are_not_sent_by_the_way(cast, friday):
    row = missed(cast, friday)
    house.stored(row).post.text = "Something else"
    db.commit()
    answer = cast.author.post(f"/posts/{row.post_id}/submission/slot", {"at": "2026-11-30T14:00:00Z"})
    assert answer.status_code == 409


@pytest.mark.parametrize("at", ["", "soon", "2026-11-30T14:00", "0001-01-01T00:00:00Z", "2026-11-27T14:05:00Z"])
def test_what_is_no_time_ahead_is_refused(cast, friday, at):
    row = missed(cast, friday)
    assert cast.author.post(f"/posts/{row.post_id}/submission/slot", {"at": at}).status_code == 422
    assert house.state(row) == "expired"


@pytest.mark.parametrize(("who", "status"), [("analyst", 403), ("approver", 403), ("teammate", 404), ("stranger", 404)])
def test_only_who_writes(cast, friday, who, status):
    row = missed(cast, friday)
    answer = cast.browsers[who].post(f"/posts/{row.post_id}/submission/slot", {"at": "2026-11-30T14:00:00Z"})
    assert answer.status_code == status


def test_as_soon_as_approved_has_no_slot_to_miss(cast):
    row = house.waiting(cast, as_soon=True)
    assert slots.suggested(house.stored(row).post) is None


def test_an_hour_the_clocks_skip_is_not_suggested(cast, clock):
    clock.at = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
    region = cast.warsaw
    house.session.merge(region).work_days = [1, 2, 3, 4, 5, 6, 7]
    db.commit()
    row = missed(cast, clock, hours=1, zone="Europe/Warsaw")  # 02:00 on Saturday; on Sunday 02:00 does not exist
    found = slots.suggested(house.stored(row).post)
    assert local(found.at) == "Sun 03:00"
