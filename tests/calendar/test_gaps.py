"""Targets, gaps, the company's own days, and what the checks say of them."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.calendar import gaps
from webapp.calendar.gaps import keeping
from webapp.calendar.models import OwnDay, Target
from webapp.events import Event
from webapp.people.models import Region
from webapp.posts import checks

NOW = datetime(2026, 11, 26, 7, tzinfo=UTC)


@pytest.fixture
def today(clock):
    clock.at = NOW
    return clock


def region(cast):
    return db.session.get_one(Region, cast.warsaw.id)


def wants(cast, **wishes):
    keeping.change(region(cast), wishes, cast.actor("administrator"))
    db.commit()


def add_day(browser, cast, where=None, **more):
    values = {
        "kind": "launch",
        "name": "Big day",
        "region": str(house.key(where or cast.warsaw)),
        "first": "2026-11-27",
    }
    return browser.post("/calendar/days", {**values, **more})


def test_a_gap_is_said_within_the_market_hours_and_only_ahead(today, cast):
    office = region(cast)
    office.market_start, office.market_end = "07:00", "22:00"
    at = [times.plan(times.parse_wall(f"2026-11-26T{h}"), "Europe/Warsaw").at for h in ("14:00", "18:30")]
    found = gaps.of_day(office, date(2026, 11, 26), at, 4, times.now())
    assert [(times.local(g.start, "Europe/Warsaw").strftime("%H:%M"), g.minutes) for g in found] == [
        ("08:00", 360),
        ("14:00", 270),
    ]
    assert gaps.of_day(office, date(2026, 11, 25), [], 4, times.now()) == []
    assert gaps.of_day(office, date(2026, 11, 26), at, 0, times.now()) == []


def test_a_day_of_a_clock_change_has_the_hours_it_really_has(cast, clock):
    clock.at = datetime(2027, 3, 1, tzinfo=UTC)
    office = region(cast)
    (whole,) = gaps.of_day(office, date(2027, 3, 28), [], 4, times.now())
    assert whole.minutes == 23 * 60
    office.market_start, office.market_end = "22:00", "06:00"
    (night,) = gaps.of_day(office, date(2027, 3, 27), [], 4, times.now())
    assert night.minutes == 7 * 60


def test_gaps_stand_on_the_agenda_with_a_way_to_fill_them(today, cast):
    wants(cast, silence_hours=4)
    db.session.execute(sa.update(Region).values(market_start="07:00", market_end="22:00"))
    house.planned(cast, "2026-11-26T14:00", text="At two")
    house.planned(cast, "2026-11-26T18:30", text="At half past six")
    db.commit()
    html = house.body(cast.author.get("/calendar"))
    assert html.index("Nothing for 6 h") < html.index("At two") < html.index("Nothing for 4 h 30 min")
    assert f"/posts/new?region={cast.warsaw.id}&amp;day=2026-11-26&amp;time=14:00" in html.replace("%3A", ":")


def test_a_post_begun_in_a_gap_has_its_time(today, cast):
    page = house.body(cast.author.get(f"/posts/new?region={cast.warsaw.id}&day=2026-11-27&time=14:00"))
    assert 'name="day" value="2026-11-27"' in page
    answer = cast.author.post(
        "/posts", {"region": str(cast.warsaw.id), "text": "New", "day": "2026-11-27", "time": "14:00"}
    )
    assert "2026-11-27" in house.body(cast.author.get(answer.location))
    assert "New" in house.body(cast.author.get("/calendar"))


@pytest.mark.parametrize(
    "begun", [{"day": "x"}, {"day": "2026-13-01"}, {"day": "2027-03-28", "time": "02:30"}, {"time": "1"}]
)
def test_a_post_begun_at_no_time_begins_all_the_same(today, cast, begun):
    answer = cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": "New", **begun})
    assert answer.status_code == 303
    assert cast.author.get(answer.location).status_code == 200


def test_targets_are_set_by_region_and_shown_against_the_week(today, cast):
    path = f"/calendar/targets/{cast.warsaw.id}"
    answer = cast.author.post(path, {"posts_a_week": "5", "most_a_day": "1", "silence_hours": ""})
    assert answer.status_code == 303
    house.planned(cast, "2026-11-27T09:00")
    house.planned(cast, "2026-11-27T10:00")
    db.commit()
    html = house.body(cast.planner.get("/calendar/targets"))
    assert "2 posts this week, at least 5 wanted, at most 1 a day" in html
    assert "3 too few" in html
    assert "more than wanted" in house.body(cast.author.get("/calendar"))
    assert "2 posts, 1 a day are wanted at most" in house.body(cast.planner.get("/calendar/regions"))
    assert db.session.scalars(sa.select(Event.kind).where(Event.kind == "target.changed")).all() == ["target.changed"]


@pytest.mark.parametrize("typed", ["-1", "1.5", "501", "9" * 30, "x"])
def test_what_is_no_target_is_refused(cast, typed):
    answer = cast.author.post(f"/calendar/targets/{cast.warsaw.id}", {"posts_a_week": typed})
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Target)) == 0


def test_only_who_writes_in_a_region_says_what_it_wants(cast):
    path = f"/calendar/targets/{cast.warsaw.id}"
    for browser, status in ((cast.approver, 403), (cast.teammate, 404), (cast.stranger, 404)):
        assert browser.get(path).status_code == status
        assert browser.post(path, {"posts_a_week": "5"}).status_code == status


def test_an_own_day_stands_in_its_region_and_below_and_nowhere_else(today, cast):
    assert add_day(cast.author, cast, name="Only in Warsaw").status_code == 303
    assert add_day(cast.planner, cast, cast.headquarters, name="Everywhere", last="2026-11-29").status_code == 303
    warsaw, dubai = (house.body(who.get("/calendar")) for who in (cast.author, cast.teammate))
    assert "<b><bdi>Only in Warsaw</bdi>.</b> Launch" in warsaw
    assert warsaw.count("<b><bdi>Everywhere</bdi>.</b>") == 3
    assert "Only in Warsaw" not in dubai
    assert dubai.count("<b><bdi>Everywhere</bdi>.</b>") == 3
    assert "Only in Warsaw" not in house.body(cast.teammate.get("/calendar/days"))
    assert "Everywhere" not in house.body(cast.stranger.get("/calendar/days"))


def test_an_own_day_is_taken_back_by_who_may(today, cast):
    add_day(cast.planner, cast, cast.headquarters, name="Everywhere")
    row = db.session.scalars(sa.select(OwnDay)).unique().one()
    path = f"/calendar/days/{row.id}/removal"
    assert cast.stranger.post(path).status_code == 404
    assert cast.author.post(path).status_code == 403
    assert cast.planner.post(path).status_code == 303
    assert cast.planner.post(path).status_code == 404
    assert "Everywhere" not in house.body(cast.author.get("/calendar"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"first": ""},
        {"first": "2026-02-30"},
        {"first": "1999-01-01"},
        {"last": "2026-11-01"},
        {"last": "2029-01-01"},
        {"kind": "party"},
        {"region": "x"},
    ],
)
def test_what_is_no_day_is_refused_and_kept_as_typed(today, cast, wrong):
    answer = add_day(cast.author, cast, **wrong)
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OwnDay)) == 0


def test_nobody_says_what_a_day_is_in_a_region_that_is_not_theirs(today, cast):
    assert add_day(cast.author, cast, cast.dubai).status_code == 422
    assert add_day(cast.approver, cast).status_code == 403


def found(post, key):
    return [(check.level, check.title) for check in checks.of_working(post).checks if check.key == key]


def test_a_post_on_a_blackout_is_warned_of_before_it_is_approved(today, cast):
    add_day(cast.author, cast, kind="blackout", name="Elections")
    add_day(cast.author, cast, kind="launch", name="New can", first="2026-11-28")
    quiet = house.planned(cast, "2026-11-27T18:30", channels=[make.channel(cast)])
    launch = house.planned(cast, "2026-11-28T18:30", channels=[make.channel(cast)])
    plain = house.planned(cast, "2026-11-29T18:30", channels=[make.channel(cast)])
    assert found(quiet, "day")[0] == (checks.Level.WARN, "Nothing should go out that day: Elections")
    assert found(launch, "day")[0] == (checks.Level.INFO, "Launch that day: New can")
    assert not [title for _level, title in found(plain, "day") if "that day" in title]


def test_a_day_that_is_quiet_has_no_free_slots(today, cast):
    add_day(cast.author, cast, kind="blackout", name="Elections", last="2026-12-06")
    post = house.planned(cast, "2026-11-26T18:30", channels=[make.channel(cast)])
    db.commit()
    html = house.body(cast.author.get(f"/posts/{house.key(post)}/move"))
    assert "Fri 27 Nov" not in html
    assert "Mon 7 Dec" in html


def test_more_on_a_day_than_is_wanted_is_warned_of(today, cast):
    wants(cast, most_a_day=2)
    third = house.planned(cast, "2026-11-27T18:30", channels=[make.channel(cast)])
    house.planned(cast, "2026-11-27T00:00", state="scheduled")
    house.planned(cast, "2026-11-27T12:00", state="draft")
    house.planned(cast, "2026-11-28T00:00", state="scheduled")
    words = "3 posts in Warsaw that day, at most 2 are wanted"
    assert words not in [title for _level, title in found(third, "pace")]
    house.planned(cast, "2026-11-27T23:59", state="waiting")
    assert (checks.Level.WARN, words) in found(third, "pace")
