"""Slots of channels: kept by weekday and wall time, offered while they are free, through every change of clocks."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.calendar.models import ChannelSlot
from webapp.calendar.slots import free, keeping
from webapp.errors import Invalid
from webapp.events import Event
from webapp.posts.models import Post

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def channel(cast):
    made = make.channel(cast)
    db.commit()
    return made


def slots(channel):
    return [(slot.weekday, slot.wall, slot.name) for slot in keeping.of([house.key(channel)])]


def offered(post):
    return [
        times.local(each.planned.at, "Europe/Warsaw").strftime("%a %H:%M")
        for each in free.of_post(post, "Europe/Warsaw")
    ]


def test_slots_are_added_for_several_days_at_once_and_removed_one_by_one(cast, channel):
    path = f"/channels/{channel.id}/slots"
    answer = cast.author.post(path, {"weekdays": ["1", "3"], "wall": "18:30", "name": "Evening"})
    assert answer.status_code == 303
    assert slots(channel) == [(1, "18:30", "Evening"), (3, "18:30", "Evening")]
    cast.author.post(path, {"weekdays": ["1"], "wall": "18:30"})
    assert len(slots(channel)) == 2
    html = house.body(cast.author.get(path))
    assert html.index("Monday") < html.index("Wednesday")
    cast.author.post(f"{path}/removal", {"weekday": "1", "wall": "18:30"})
    cast.author.post(f"{path}/removal", {"weekday": "1", "wall": "18:30"})
    assert slots(channel) == [(3, "18:30", "Evening")]
    kinds = db.session.scalars(sa.select(Event.kind).where(Event.kind.like("channel.slot%")).order_by(Event.id)).all()
    assert kinds == ["channel.slots_added", "channel.slot_removed"]


@pytest.mark.parametrize(
    "data",
    [{"weekdays": [], "wall": "09:00"}, {"weekdays": ["1"], "wall": "25:00"}, {"weekdays": ["8"], "wall": "09:00"}],
)
def test_what_cannot_be_a_slot_is_refused_beside_its_field(cast, channel, data):
    answer = cast.author.post(f"/channels/{channel.id}/slots", data)
    assert answer.status_code == 422
    assert 'class="err"' in answer.get_data(as_text=True)
    assert slots(channel) == []


@pytest.mark.parametrize("data", [{"weekday": "x", "wall": "09:00"}, {}, {"weekday": "", "wall": "\x00"}])
def test_a_removal_of_nothing_changes_nothing(cast, channel, data):
    keeping.add(channel, [1], "09:00", "", cast.actor("author"))
    db.commit()
    assert cast.author.post(f"/channels/{channel.id}/slots/removal", data).status_code in (303, 422)
    assert len(slots(channel)) == 1


def test_only_who_writes_there_changes_slots(cast, channel):
    path = f"/channels/{channel.id}/slots"
    for browser, see, change in ((cast.approver, 200, 403), (cast.teammate, 404, 404), (cast.stranger, 404, 404)):
        assert browser.get(path).status_code == see
        assert browser.post(path, {"weekdays": ["1"], "wall": "09:00"}).status_code == change


def test_a_channel_has_at_most_a_hundred(cast, channel):
    for n in range(14):
        keeping.add(channel, range(1, 8), f"{n:02}:00", "", cast.actor("author"))
    with pytest.raises(Invalid):
        keeping.add(channel, range(1, 8), "23:00", "", cast.actor("author"))


def test_the_next_free_slots_are_offered_in_order_without_what_is_taken(cast, channel, clock):
    clock.at = MONDAY
    keeping.add(channel, [1, 2], "10:00", "Morning", cast.actor("author"))
    keeping.add(channel, [2], "18:30", "Evening", cast.actor("author"))
    post = house.planned(cast, "2026-11-25T12:00", channels=[channel])
    assert offered(post) == ["Mon 10:00", "Tue 10:00", "Tue 18:30", "Mon 10:00", "Tue 10:00", "Tue 18:30"]
    house.planned(cast, "2026-11-24T10:00", channels=[channel], state="waiting")
    house.planned(cast, "2026-11-24T18:45", channels=[make.channel(cast)], state="waiting")
    house.planned(cast, "2026-11-30T10:15", channels=[channel], state="scheduled")
    house.planned(cast, "2026-12-01T10:00", channels=[channel], state="rejected")
    assert offered(post) == ["Mon 10:00", "Tue 18:30", "Tue 10:00", "Tue 18:30"]


def test_a_tap_takes_the_next_free_slot(cast, channel, clock):
    clock.at = MONDAY
    keeping.add(channel, [4], "18:30", "Evening", cast.actor("author"))
    post = house.planned(cast, "2026-11-25T12:00", channels=[channel])
    db.commit()
    html = house.body(cast.author.get(f"/posts/{post.id}/move"))
    assert "Evening" in html
    at = re.search(r'name="at" value="([^"]+)"', html)[1]
    cast.author.post(f"/posts/{post.id}/move", {"version": "1", "do": "move", "at": at})
    db.session.expire_all()
    assert db.session.get_one(Post, post.id).wall == "2026-11-26T18:30"


def test_slots_keep_their_hour_when_the_clocks_change_and_are_none_where_it_is_skipped(cast, channel, clock):
    clock.at = datetime(2027, 3, 24, 8, tzinfo=UTC)
    keeping.add(channel, [6, 7, 1], "02:30", "", cast.actor("author"))
    post = house.planned(cast, "2027-03-25T12:00", channels=[channel])
    found = [each.planned for each in free.of_post(post, "Europe/Warsaw")]
    assert [each.wall.isoformat() for each in found[:2]] == ["2027-03-27T02:30:00", "2027-03-29T02:30:00"]
    assert found[1].at - found[0].at == timedelta(days=2, hours=-1)


def test_without_slots_its_own_hour_and_a_few_good_ones_are_offered(cast, clock):
    clock.at = MONDAY
    post = house.planned(cast, "2026-11-25T14:00", channels=[make.channel(cast)])
    found = offered(post)
    assert len(found) == free.OFFERED
    assert found[:3] == ["Mon 12:00", "Mon 14:00", "Mon 17:00"]
    assert "Wed 14:00" not in found


def test_slots_outside_the_market_hours_are_not_offered(cast, channel, clock):
    clock.at = MONDAY
    keeping.add(channel, range(1, 8), "03:00", "Night", cast.actor("author"))
    keeping.add(channel, range(1, 8), "12:00", "Noon", cast.actor("author"))
    post = house.planned(cast, "2026-11-25T15:00", channels=[channel])
    post.region.market_start, post.region.market_end = "07:00", "22:00"
    assert {each.split()[1] for each in offered(post)} == {"12:00"}


def test_slots_of_a_channel_are_gone_with_it(cast, channel):
    keeping.add(channel, [1], "09:00", "", cast.actor("author"))
    db.session.execute(sa.text("DELETE FROM channels"))
    db.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ChannelSlot)) == 0
