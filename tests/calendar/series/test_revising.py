"""Another rule for a series: drafts follow with their words, what was sent for approval or moved by hand stays and says
why, clocks are kept, and there is one line of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.calendar.series import making, revising
from webapp.calendar.series.changing import Wanted
from webapp.calendar.series.models import Occurrence, Series
from webapp.errors import Conflict
from webapp.events import Event
from webapp.posts.adapting import asking
from webapp.posts.models import Post

NOW = datetime(2027, 3, 2, 8, tzinfo=UTC)
"""A Tuesday; the clocks of Warsaw change on 28 March."""
FIRST = "2027-03-04T18:30"
WEEKLY = {"kind": "weekly", "weekdays": "4", "every": "1", "ends": "never", "time": "18:30"}


def begin(cast, clock, wall=FIRST, **more):
    clock.at = NOW
    row = house.planned(cast, wall, channels=[make.channel(cast)], text="Every Thursday")
    db.commit()
    day = str(date.fromisoformat(wall[:10]).isoweekday())
    form = {**WEEKLY, "weekdays": day, **more}
    assert cast.author.post(f"/posts/{house.key(row)}/repeat", form).status_code == 303
    return row


@pytest.fixture
def post(cast, clock):
    return begin(cast, clock)


def series():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Series)).one()


def change(browser, **more):
    return browser.post(f"/series/{series().id}/rule", WEEKLY | more)


def made():
    """Every post of the series that is there, by the day it stands for."""
    db.session.rollback()
    db.session.expire_all()
    query = sa.select(Post).join(Occurrence, Occurrence.post_id == Post.id).order_by(Occurrence.day)
    return db.session.scalars(query.where(Post.deleted_at.is_(None))).unique().all()


def walls(count=None):
    return [each.wall for each in made()][:count]


def days(count=None):
    db.session.expire_all()
    return [str(day) for day in db.session.scalars(sa.select(Occurrence.day).order_by(Occurrence.day))][:count]


def page(cast):
    return house.body(cast.author.get(f"/series/{series().id}"))


def kinds():
    query = sa.select(Event.kind).where(Event.kind.startswith("series.")).order_by(Event.id)
    return db.session.scalars(query).all()


def test_another_hour_is_another_hour_on_the_clocks_there(cast, post):
    before = {each.id for each in made()}
    answer = change(cast.author, time="07:15")
    assert answer.status_code == 303
    assert {each.id for each in made()} == before
    assert {wall[11:] for wall in walls()} == {"07:15"}
    instants = {each.wall[:10]: times.iso(each.planned_at)[11:16] for each in made()}
    assert (instants["2027-03-25"], instants["2027-04-01"]) == ("06:15", "05:15"), "the clocks changed"
    assert all(each.slot_at == each.planned_at for each in made())
    html = house.body(cast.author.get(answer.location))
    assert "07:15, Warsaw" in html
    assert f"{len(before)} drafts follow." in html
    assert kinds() == ["series.begun", "series.revised"]


def test_what_was_written_goes_along(cast, post):
    third = made()[2]
    third.text, third.version = "Somebody wrote here", third.version + 1
    db.commit()
    change(cast.author, weekdays="5", time="09:00")
    assert [(each.text, each.wall) for each in made()[1:4]] == [
        ("Every Thursday", "2027-03-12T09:00"),
        ("Somebody wrote here", "2027-03-19T09:00"),
        ("Every Thursday", "2027-03-26T09:00"),
    ]


def test_another_weekday_takes_every_draft_to_the_next_one(cast, post):
    before = [each.id for each in made()]
    change(cast.author, weekdays="1")
    assert walls(3) == ["2027-03-08T18:30", "2027-03-15T18:30", "2027-03-22T18:30"]
    assert [each.id for each in made()][: len(before)] == before
    assert days(3) == ["2027-03-08", "2027-03-15", "2027-03-22"]
    assert series().first == date(2027, 3, 8), "it was ahead: it begins on a day of the rule"
    assert making.ahead(series()) == 0


def test_a_second_weekday_is_made_between(cast, post):
    before = len(made())
    answer = change(cast.author, weekdays=["1", "4"])
    assert walls(4) == ["2027-03-04T18:30", "2027-03-08T18:30", "2027-03-11T18:30", "2027-03-15T18:30"]
    assert len(made()) == 2 * before
    assert "drafts were made." in house.body(cast.author.get(answer.location))


def test_a_weekday_that_is_over_puts_untouched_drafts_away_and_keeps_the_others(cast, post):
    change(cast.author, weekdays=["1", "4"])
    monday = made()[3]
    assert monday.wall == "2027-03-15T18:30"
    monday.text, monday.version = "Worked on", monday.version + 1
    db.commit()
    answer = change(cast.author, weekdays="4")
    assert walls(4) == ["2027-03-04T18:30", "2027-03-11T18:30", "2027-03-15T18:30", "2027-03-18T18:30"]
    html = house.body(cast.author.get(answer.location))
    assert "drafts were put away." in html
    assert html.count("This one was worked on, so it stays.") == 1
    change(cast.author, weekdays=["1", "4"])
    assert walls(4)[1:3] == ["2027-03-08T18:30", "2027-03-11T18:30"], "the day is made again by another rule"
    assert "so it stays" not in page(cast)


def test_what_was_sent_for_approval_stays_and_says_why(cast, post):
    waiting, approved = made()[1:3]
    for each in (waiting, approved):
        submission.submit(each, cast.actor("author"))
    db.commit()
    decisions.decide(approved, approved.current_id, "approve", cast.actor("approver"))
    db.commit()
    waiting, approved = map(house.key, made()[1:3])
    change(cast.author, time="07:15")
    rows = {each.id: each for each in made()}
    assert (rows[waiting].wall, rows[waiting].state) == ("2027-03-11T18:30", "waiting")
    assert rows[approved].wall == "2027-03-18T18:30"
    assert rows[approved].state in ("approved", "scheduled")
    assert {each.wall[11:] for key, each in rows.items() if key not in (waiting, approved)} == {"07:15"}
    assert page(cast).count("It was sent for approval for this time, so it stays.") == 2
    change(cast.author, weekdays="2")
    assert db.session.get_one(Post, waiting).wall == "2027-03-11T18:30"
    assert page(cast).count("so it stays") == 2


def test_what_has_a_time_of_its_own_stays_and_says_why(cast, post):
    second = made()[1]
    second.wall = "2027-03-11T12:00"
    second.planned_at = second.slot_at = times.plan(times.parse_wall(second.wall), second.zone).at
    db.commit()
    change(cast.author, time="07:15")
    assert walls(3) == ["2027-03-04T07:15", "2027-03-11T12:00", "2027-03-18T07:15"]
    assert page(cast).count("It has a time of its own, so it stays.") == 1


def test_what_regions_adapt_stays(cast, clock):
    """They were promised its time."""
    clock.at = NOW
    row = house.planned(cast, FIRST, "Europe/London", cast.headquarters, text="For all", by="planner")
    db.commit()
    assert cast.planner.post(f"/posts/{house.key(row)}/repeat", WEEKLY).status_code == 303
    master = made()[1]
    asking.hand_on(master, asking.Handing(regions=[cast.warsaw], passages=[]), cast.actor("planner"))
    db.commit()
    key = house.key(master)
    assert cast.planner.post(f"/series/{series().id}/rule", WEEKLY | {"time": "07:15"}).status_code == 303
    assert db.session.get_one(Post, key).wall == "2027-03-11T18:30"
    assert "so it stays" in house.body(cast.planner.get(f"/series/{series().id}"))


def test_today_and_before_are_as_they_were(cast, post, clock):
    clock.at = datetime(2027, 3, 18, 9, tzinfo=UTC)
    db.session.remove()
    change(cast.author, time="20:00")
    assert walls(4) == ["2027-03-04T18:30", "2027-03-11T18:30", "2027-03-18T18:30", "2027-03-25T20:00"]
    assert series().first == date(2027, 3, 4)


def test_what_was_left_out_stays_out_and_comes_back_at_the_new_hour(cast, post):
    row = db.session.scalars(sa.select(Occurrence).where(Occurrence.day == date(2027, 3, 11))).one()
    key = row.id
    cast.author.post(f"/occurrences/{key}/skip")
    change(cast.author, time="07:15")
    assert "2027-03-11T07:15" not in walls()
    cast.author.post(f"/occurrences/{key}/keep")
    assert walls(2)[1] == "2027-03-11T07:15"


def test_an_untouched_one_stays_untouched(cast, post):
    """Following ones can still be made like one of them, and stopping still puts them away."""
    change(cast.author, time="07:15", weekdays="5")
    assert all(row.post.version == row.version for row in db.session.scalars(sa.select(Occurrence)).all())


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ({"ends": "until", "until": "2027-03-18"}, "2027-03-18"),
        ({"ends": "times", "most": "3"}, "2027-03-18"),
        ({"ends": "times", "most": "1"}, "2027-03-04"),
    ],
)
def test_another_end(cast, post, clock, end, last):
    change(cast.author, **end)
    assert walls()[-1] == f"{last}T18:30"
    clock.forward(days=80)
    db.session.remove()
    assert making.due() == 0
    change(cast.author, ends="never")
    assert walls()[-1] > "2027-07"


def test_how_many_more_is_shown_and_kept(cast, clock):
    begin(cast, clock, ends="times", most="6")
    clock.at = datetime(2027, 3, 11, 9, tzinfo=UTC)
    db.session.remove()
    html = house.body(cast.author.get(f"/series/{series().id}/rule"))
    assert re.search(r'name="most"[^>]*value="4"', html)
    change(cast.author, ends="times", most="4")
    assert (kinds(), series().most) == (["series.begun"], 6), "nothing changed"
    change(cast.author, ends="times", most="4", time="10:00")
    assert (series().most, series().until, len(made())) == (6, None, 6)
    change(cast.author, ends="times", most="4", time="10:00", weekdays="5")
    assert (series().most, series().until) == (None, date(2027, 4, 2))
    assert len(made()) == 6


def test_an_hour_that_the_clocks_skip_or_double_is_taken_and_said(cast, clock):
    begin(cast, clock, "2027-03-07T18:30")
    change(cast.author, weekdays="7", time="02:30")
    row = db.session.scalars(sa.select(Occurrence).where(Occurrence.day == date(2027, 3, 28))).one()
    assert (row.clock, row.post.wall) == ("skipped", "2027-03-28T03:30")
    assert "The clocks skip 02:30 on this day" in page(cast)
    assert "so it stays" not in page(cast), "it is where the rule has it"
    change(cast.author, weekdays="7", time="18:30")
    db.session.expire_all()
    row = db.session.get_one(Occurrence, house.key(row))
    assert (row.clock, row.post.wall) == ("", "2027-03-28T18:30")
    clock.at = datetime(2027, 9, 20, 9, tzinfo=UTC)
    db.session.remove()
    making.due()
    revising.revise(series(), Wanted("weekly", 1, (7,), None, None), "02:30", cast.actor("author"))
    autumn = db.session.scalars(sa.select(Occurrence).where(Occurrence.day == date(2027, 10, 31))).one()
    assert (autumn.clock, times.iso(autumn.post.planned_at)) == ("doubled", "2027-10-31T00:30:00Z"), "the first"


def test_every_second_week_keeps_its_weeks(cast, clock):
    begin(cast, clock, every="2")
    clock.at = datetime(2027, 3, 9, 9, tzinfo=UTC)
    db.session.remove()
    change(cast.author, every="2", weekdays="5")
    assert walls(3) == ["2027-03-04T18:30", "2027-03-19T18:30", "2027-04-02T18:30"]


def test_by_the_month(cast, post):
    change(cast.author, kind="day")
    assert walls(3) == ["2027-03-04T18:30", "2027-04-04T18:30"]
    change(cast.author, kind="nth")
    assert walls(3) == ["2027-03-04T18:30", "2027-04-01T18:30"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"weekdays": ""}, "Choose one from the list"),
        ({"time": "25:00"}, "Type a time such as 09:00"),
        ({"time": ""}, "Type a time such as 09:00"),
        ({"ends": "until", "until": "2027-03-02"}, "Choose a day that is ahead"),
        ({"ends": "until", "until": "2040-01-01"}, "three years at most"),
        ({"ends": "times"}, "Fill this in"),
        ({"ends": "times", "most": "0"}, "Type a number from 1"),
        ({"every": "99999999999"}, "whole number"),
        ({"kind": "hourly"}, "Choose one from the list"),
    ],
)
def test_what_is_no_rule_is_said_beside_its_field(cast, post, more, words):
    before = walls()
    answer = change(cast.author, **more)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert (walls(), kinds()) == (before, ["series.begun"])


def test_nothing_changed_writes_nothing(cast, post):
    assert change(cast.author).status_code == 303
    assert kinds() == ["series.begun"]
    assert {each.version for each in made()} == {1}


def test_only_who_writes_there_while_it_runs(cast, post):
    path = f"/series/{series().id}/rule"
    assert cast.approver.get(path).status_code == cast.approver.post(path, WEEKLY).status_code == 403
    for name in ("teammate", "stranger"):
        assert getattr(cast, name).get(path).status_code == 404
        assert getattr(cast, name).post(path, WEEKLY).status_code == 404
    assert "Change days, hour or end" in page(cast)
    cast.author.post(path.replace("/rule", "/stop"))
    assert cast.author.get(path).status_code == cast.author.post(path, WEEKLY).status_code == 409
    assert "Change days, hour or end" not in page(cast)


def test_two_at_once_leave_each_day_once(cast, post):
    by, key = cast.actor("author"), series().id
    db.session.remove()

    def go(weekday):
        try:
            row = db.session.get_one(Series, key)
            revising.revise(row, Wanted("weekly", 1, (weekday,), None, None), "09:00", by)
            db.commit()
        except Conflict:
            db.rollback()
        finally:
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, (1, 5)))
    found = days()
    assert len(found) == len(set(found))
    weekday = series().weekdays[0]
    assert {date.fromisoformat(day).isoweekday() for day in found} == {weekday}
    assert {wall[11:] for wall in walls()} == {"09:00"}
    assert timedelta(weeks=1) == date.fromisoformat(found[1]) - date.fromisoformat(found[0])
