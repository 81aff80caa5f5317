"""Wishes of a channel, its region and the regions above: the nearest holds, in the calendar and in the checks."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db
from webapp.calendar import kept, spans
from webapp.calendar.gaps import keeping, nearest
from webapp.calendar.models import ChannelTarget, Target
from webapp.channels.models import Channel
from webapp.events import Event
from webapp.people.models import Region
from webapp.posts import checks

NOW = datetime(2026, 11, 26, 7, tzinfo=UTC)
NONE = {"posts_a_week": "", "most_a_day": "", "silence_hours": ""}


@pytest.fixture
def channel(cast, clock):
    clock.at = NOW
    row = make.channel(cast)
    db.commit()
    return row


def region(cast, name="warsaw"):
    return db.session.get_one(Region, house.key(getattr(cast, name)))


def wants(cast, name="warsaw", **wishes):
    keeping.change(region(cast, name), wishes, cast.actor("administrator"))
    db.commit()


def wants_on(cast, channel, **wishes):
    channel = db.session.get_one(Channel, house.key(channel))
    keeping.change_on(channel, wishes, cast.actor("administrator"))
    db.commit()


def paced(post):
    return [each.title for each in checks.of_working(post).checks if each.key == "pace" and each.level != "ok"]


def test_a_region_that_says_nothing_wants_what_the_one_above_wants(cast, channel):
    wants(cast, "headquarters", posts_a_week=5, most_a_day=2)
    assert nearest.of_region(region(cast)).posts_a_week == 5
    assert kept.of(region(cast)).most_a_day == 2
    html = house.body(cast.planner.get("/calendar/targets"))
    assert html.count("at least 5 wanted, at most 2 a day") == 3
    assert html.count("Wanted by Headquarters") == 2
    page = house.body(cast.author.get(f"/calendar/targets/{cast.warsaw.id}"))
    assert "so what Headquarters wants counts" in page
    assert "at least 5 a week, at most 2 a day" in page


def test_its_own_wishes_hold_also_when_there_is_none(cast, channel):
    wants(cast, "headquarters", posts_a_week=5, most_a_day=2)
    wants(cast, posts_a_week=0)
    assert nearest.of_region(region(cast)).posts_a_week == 0
    assert kept.of(region(cast)).most_a_day == 0
    assert kept.of(region(cast, "dubai")).most_a_day == 2
    assert cast.author.post(f"/calendar/targets/{cast.warsaw.id}", NONE).status_code == 303
    db.session.rollback()
    assert nearest.of_region(region(cast)).posts_a_week == 5
    assert kept.of(region(cast)).most_a_day == 2


def test_a_channel_is_measured_by_its_own_wish(cast, channel):
    """The region's holds for what goes to a channel without one."""
    wants(cast, most_a_day=1)
    wants_on(cast, channel, most_a_day=3)
    other = make.channel(cast)
    for hour in ("08:00", "09:00"):
        house.planned(cast, f"2026-11-27T{hour}", channels=[channel], state="scheduled")
    third = house.planned(cast, "2026-11-27T18:30", channels=[channel])
    both = house.planned(cast, "2026-11-27T18:30", channels=[channel, other])
    in_region = "3 posts in Warsaw that day, at most 1 are wanted"
    on_channel = f"4 posts on {channel.handle} that day, at most 3 are wanted"
    assert in_region not in paced(third)
    assert on_channel not in paced(third)
    assert in_region in paced(both), "the other channel has no wish of its own"
    house.planned(cast, "2026-11-27T10:00", channels=[channel], state="waiting")
    house.planned(cast, "2026-11-28T00:00", channels=[channel], state="waiting")
    house.planned(cast, "2026-11-27T11:00", channels=[channel], state="draft")
    assert on_channel in paced(third)


def test_no_wish_on_a_channel_is_none_at_all(cast, channel):
    wants(cast, most_a_day=1)
    wants_on(cast, channel, most_a_day=0, posts_a_week=2)
    house.planned(cast, "2026-11-27T08:00", channels=[channel], state="scheduled")
    post = house.planned(cast, "2026-11-27T18:30", channels=[channel])
    assert not [title for title in paced(post) if "that day" in title]


def test_posts_of_the_region_above_are_measured_there_too(cast, channel):
    """The wish is read again above as well, when it changes."""
    top = region(cast, "headquarters")
    assert kept.of(top).channels == {}
    wants_on(cast, channel, most_a_day=1)
    assert kept.of(region(cast, "headquarters")).channels == {channel.id: 1}
    assert kept.of(region(cast, "dubai")).channels == {}
    house.planned(cast, "2026-11-27T08:00", channels=[channel], state="scheduled")
    post = house.planned(cast, "2026-11-27T18:30", "Europe/London", top, channels=[channel])
    assert f"2 posts on {channel.handle} that day, at most 1 are wanted" in paced(post)


def test_a_calendar_narrowed_to_a_channel_shows_its_gaps(cast, channel):
    wants(cast, silence_hours=2)
    db.session.execute(sa.update(Region).values(market_start="07:00", market_end="22:00"))
    house.planned(cast, "2026-11-26T14:00", channels=[channel], text="At two")
    db.commit()
    path = f"/calendar?channel={channel.id}"
    assert "Nothing for 6 h" in house.body(cast.author.get(path)), "what the region wants"
    wants_on(cast, channel, silence_hours=7)
    html = house.body(cast.author.get(path))
    assert "Nothing for 6 h" not in html
    assert "Nothing for 8 h" in html


def test_it_is_set_on_the_channels_page_and_shown_against_the_week(cast, channel):
    page = f"/channels/{channel.id}/targets"
    assert page in house.body(cast.author.get(f"/channels/{channel.id}"))
    wants(cast, posts_a_week=9)
    assert "so what Warsaw wants counts" in house.body(cast.author.get(page))
    answer = cast.author.post(page, {"posts_a_week": "3", "most_a_day": "1", "silence_hours": ""})
    assert answer.status_code == 303
    assert "wants counts" not in house.body(cast.author.get(page))
    house.planned(cast, "2026-11-27T09:00", channels=[channel])
    house.planned(cast, "2026-12-05T09:00", channels=[channel])
    db.commit()
    html = house.body(cast.author.get("/calendar/targets"))
    assert "Channels with their own targets" in html
    assert "1 post this week, at least 3 wanted, at most 1 a day" in html
    assert "2 too few" in html
    assert channel.handle not in house.body(cast.teammate.get("/calendar/targets"))
    assert cast.author.post(page, NONE).status_code == 303
    assert "Channels with their own targets" not in house.body(cast.author.get("/calendar/targets"))
    assert db.session.scalars(sa.select(ChannelTarget)).all() == []
    kinds = sa.select(Event.kind).where(Event.kind == "channel.targets_changed")
    assert len(db.session.scalars(kinds).all()) == 2


def test_nothing_changed_writes_nothing(cast, channel):
    for _twice in range(2):
        wants(cast, posts_a_week=3)
        wants_on(cast, channel, posts_a_week=3)
    assert len(db.session.scalars(sa.select(Event.id).where(Event.kind.like("%target%"))).all()) == 2
    cast.author.post(f"/calendar/targets/{cast.dubai.id}", NONE)
    assert len(db.session.scalars(sa.select(Target)).all()) == 1


@pytest.mark.parametrize("typed", ["-1", "1.5", "501", "9" * 30, "x"])
def test_what_is_no_target_is_refused(cast, channel, typed):
    answer = cast.author.post(f"/channels/{channel.id}/targets", {"posts_a_week": typed})
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(ChannelTarget)).all() == []


def test_only_who_writes_there(cast, channel):
    path = f"/channels/{channel.id}/targets"
    for browser, status in ((cast.approver, 403), (cast.teammate, 404), (cast.stranger, 404)):
        assert browser.get(path).status_code == status
        assert browser.post(path, {"posts_a_week": "5"}).status_code == status
    db.session.get_one(Channel, house.key(channel)).removed_at = NOW
    db.commit()
    assert cast.author.get(path).status_code == 404


def test_two_statements_however_many(cast, channel):
    wants(cast, "headquarters", posts_a_week=5)
    for _more in range(3):
        wants_on(cast, make.channel(cast), posts_a_week=2)
    actor, week = cast.actor("planner"), spans.week_in("PL")
    regions = [region(cast), region(cast, "dubai")]
    with house.counted() as made:
        assert len(keeping.of(regions, week)) == 2
    assert len(made) == 2
    with house.counted() as made:
        assert len(keeping.on_channels(actor, week)) == 3
    assert len(made) == 2
