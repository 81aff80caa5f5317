"""Posts that repeat: each its own draft at the same hour, made once however often the job runs, and asked for alone."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs import perform
from jobs import start as listed
from jobs.sweeps import PERIODIC
from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import submission
from webapp.calendar.series import making
from webapp.calendar.series.models import Occurrence, Series
from webapp.events import Event
from webapp.people.models import Region
from webapp.posts.models import Medium, Post

NOW = datetime(2027, 3, 2, 8, tzinfo=UTC)
WALL = "2027-03-04T18:30"
"""A Thursday; the clocks of Warsaw change on 28 March."""
WEEKLY = {"kind": "weekly", "weekdays": "4", "every": "1", "ends": "never"}


@pytest.fixture
def post(cast, clock):
    clock.at = NOW
    asset = make.asset(cast)
    channel = make.channel(cast)
    row = house.planned(cast, WALL, channels=[channel], text="Every Thursday")
    row.variants[0].text = "Its own words"
    make.picture(row, asset, "A can")
    db.commit()
    return row


def repeat(browser, post, **more):
    return browser.post(f"/posts/{house.key(post)}/repeat", WEEKLY | more)


def series():
    db.session.expire_all()
    return db.session.scalars(sa.select(Series)).one()


def made():
    """Every post of the series, in order."""
    db.session.expire_all()
    query = sa.select(Post).join(Occurrence, Occurrence.post_id == Post.id).order_by(Occurrence.day)
    return db.session.scalars(query).unique().all()


def occurrence(day):
    db.session.expire_all()
    return db.session.scalars(sa.select(Occurrence).where(Occurrence.day == date.fromisoformat(day))).one()


def run():
    """The job, as the worker runs it."""
    assert listed.LISTED
    db.session.remove()
    return perform("make_repeating")


def test_each_is_a_draft_of_its_own_at_the_same_hour(cast, post):
    answer = repeat(cast.author, post)
    assert answer.status_code == 303
    posts = made()
    assert [each.wall for each in posts[:5]] == [f"2027-03-{day:02}T18:30" for day in (4, 11, 18, 25)] + [
        "2027-04-01T18:30"
    ]
    assert [times.iso(each.slot_at)[11:16] for each in posts[:5]] == ["17:30"] * 4 + ["16:30"], "the clocks changed"
    assert posts[-1].planned_at.date() <= NOW.date() + making.AHEAD + timedelta(days=1)
    for each in posts[1:]:
        assert (each.state, each.text, each.current_id, each.author_id) == (
            "draft",
            "Every Thursday",
            None,
            post.author_id,
        )
        assert [(v.channel_id, v.text) for v in each.variants] == [(post.variants[0].channel_id, "Its own words")]
    media = db.session.scalars(sa.select(Medium)).all()
    assert len({medium.id for medium in media}) == len({medium.post_id for medium in media}) == len(posts)
    page = house.body(cast.author.get(answer.headers["Location"]))
    assert "Every week: Thursday" in page
    assert "18:30, Warsaw" in page


def test_the_job_makes_each_day_once_and_goes_on(cast, post, clock):
    repeat(cast.author, post)
    before = len(made())
    assert run() == run() == 0
    assert len(made()) == before
    clock.forward(days=14)
    assert run() == 2
    assert run() == 0
    walls = [each.wall for each in made()]
    assert len(walls) == before + 2
    assert walls == sorted(set(walls))
    assert {wall[11:] for wall in walls} == {"18:30"}
    assert "make_repeating" in PERIODIC


def test_a_day_that_is_known_is_never_made_again(cast, post):
    """Also when a run forgets how far it was: the day is the key."""
    repeat(cast.author, post)
    before = len(made())
    db.session.execute(sa.update(Series).values(made_until=date(2027, 3, 4)))
    db.commit()
    assert run() == 0
    assert len(made()) == before
    row = occurrence("2027-03-11")
    values = {"organization_id": row.organization_id, "region_id": row.region_id, "series_id": row.series_id}
    db.session.add(Occurrence(day=row.day, **values))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.rollback()


def test_workers_that_run_at_once_make_each_day_once(cast, post, clock):
    repeat(cast.author, post)
    before = len(made())
    clock.forward(days=21)
    db.session.remove()
    with ThreadPoolExecutor(3) as pool:
        answers = [found.result() for found in [pool.submit(perform, "make_repeating") for _ in range(3)]]
    assert sum(answers) == 3
    walls = [each.wall for each in made()]
    assert len(walls) == len(set(walls)) == before + 3


def test_each_goes_for_approval_alone(cast, post):
    repeat(cast.author, post)
    first, second, third = made()[:3]
    submission.submit(second, cast.actor("author"))
    db.commit()
    assert [each.state for each in made()[:3]] == ["draft", "waiting", "draft"]
    assert (first.id, third.id) == (made()[0].id, made()[2].id)


def test_this_one_alone_or_this_and_the_following(cast, post):
    repeat(cast.author, post)
    second, third, fourth, fifth = made()[1:5]
    third.text, third.wall = "Newer words", "2027-03-18T09:15"
    third.planned_at = times.plan(times.parse_wall(third.wall), third.zone).at
    third.version += 1
    fourth.text = "Somebody wrote here"
    fourth.version += 1
    db.commit()
    assert [each.text for each in made()[1:5]] == [
        "Every Thursday",
        "Newer words",
        "Somebody wrote here",
        "Every Thursday",
    ]
    page = house.body(cast.author.get(f"/posts/{third.id}"))
    path = re.search(r"/occurrences/[0-9a-f-]+/following", page)[0]
    answer = cast.author.post(path)
    assert answer.status_code == 303
    page = house.body(cast.author.get(answer.headers["Location"]))
    assert "later posts are like this one now" in page
    assert "1 stays as it is" in page
    db.session.expire_all()
    assert [(each.text, each.wall[11:]) for each in made()[1:6]] == [
        ("Every Thursday", "18:30"),
        ("Newer words", "09:15"),
        ("Somebody wrote here", "18:30"),
        ("Newer words", "09:15"),
        ("Newer words", "09:15"),
    ]
    assert times.iso(made()[4].slot_at) == "2027-04-01T07:15:00Z"
    assert (second.text, fifth.id) == ("Every Thursday", made()[4].id)


def test_what_is_made_later_is_like_the_newest(cast, post, clock):
    repeat(cast.author, post)
    last = made()[-1]
    last.text = "The newest words"
    last.version += 1
    db.commit()
    cast.author.post(f"/occurrences/{occurrence(last.wall[:10]).id}/following")
    clock.forward(days=7)
    assert run() == 1
    assert made()[-1].text == "The newest words"


def test_one_is_left_out_and_comes_back(cast, post):
    repeat(cast.author, post)
    row = occurrence("2027-03-11")
    answer = cast.author.post(f"/occurrences/{row.id}/skip")
    assert answer.status_code == 303
    assert db.session.get_one(Post, occurrence("2027-03-11").post_id).deleted_at is not None
    assert "Left out" in house.body(cast.author.get(answer.headers["Location"]))
    assert run() == 0, "it is not made again"
    cast.author.post(f"/occurrences/{row.id}/keep")
    assert db.session.get_one(Post, occurrence("2027-03-11").post_id).deleted_at is None
    assert occurrence("2027-03-11").skipped_at is None


def test_what_waits_is_not_left_out_behind_the_approver(cast, post):
    repeat(cast.author, post)
    submission.submit(made()[1], cast.actor("author"))
    db.commit()
    page = house.body(cast.author.get(f"/series/{series().id}"))
    row = occurrence("2027-03-11")
    assert f"/occurrences/{row.id}/skip" not in page
    assert cast.author.post(f"/occurrences/{row.id}/skip").status_code == 403
    assert cast.author.post(f"/occurrences/{occurrence('2027-03-04').id}/skip").status_code == 403, "the pattern itself"
    assert occurrence("2027-03-11").skipped_at is None


def test_stopped_it_makes_no_more_and_touched_drafts_stay(cast, post, clock):
    repeat(cast.author, post)
    posts = made()
    posts[2].version += 1
    db.commit()
    answer = cast.author.post(f"/series/{series().id}/stop", {"clear": "1"})
    assert answer.status_code == 303
    alive = [each.wall for each in made() if each.deleted_at is None]
    assert alive == ["2027-03-04T18:30", "2027-03-18T18:30"]
    clock.forward(days=30)
    assert run() == 0
    assert cast.author.post(f"/series/{series().id}/stop", {"clear": "1"}).status_code == 303
    kinds = sa.select(Event.kind).where(Event.kind.startswith("series.")).order_by(Event.id)
    assert db.session.scalars(kinds).all() == ["series.begun", "series.stopped"]


@pytest.mark.parametrize(
    ("end", "walls"), [({"ends": "times", "most": "3"}, 3), ({"ends": "until", "until": "2027-03-18"}, 3)]
)
def test_it_ends_when_it_was_said(cast, post, clock, end, walls):
    repeat(cast.author, post, **end)
    assert len(made()) == walls
    clock.forward(days=60)
    assert run() == 0
    assert len(made()) == walls


def test_an_hour_the_clocks_skip_is_explained(cast, clock):
    clock.at = NOW
    row = house.planned(cast, "2027-03-07T02:30", channels=[make.channel(cast)])
    db.commit()
    repeat(cast.author, row, weekdays="7")
    late = occurrence("2027-03-28")
    assert (late.clock, late.post.wall) == ("skipped", "2027-03-28T03:30")
    words = "The clocks skip 02:30 on this day"
    for path in (f"/posts/{late.post_id}", f"/series/{series().id}"):
        assert words in house.body(cast.author.get(path))
    assert occurrence("2027-04-04").post.wall == "2027-04-04T02:30", "one change is no drift"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"weekdays": ""}, "Choose one from the list"),
        ({"every": "0"}, "Type a number from 1 to 52"),
        ({"every": "99999999999999"}, "whole number"),
        ({"kind": "hourly"}, "Choose one from the list"),
        ({"ends": "times"}, "Fill this in"),
        ({"ends": "times", "most": "1"}, "Type a number from 2"),
        ({"ends": "until", "until": "2027-03-04"}, "ends before it repeats"),
        ({"ends": "until", "until": "2040-01-01"}, "three years at most"),
        ({"ends": "until", "until": "x"}, "date"),
    ],
)
def test_what_is_no_rule_is_said_beside_its_field(cast, post, data, words):
    answer = repeat(cast.author, post, **data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert db.session.scalars(sa.select(Series)).all() == []


def test_it_repeats_once_and_only_with_a_time(cast, post):
    assert repeat(cast.author, post).status_code == 303
    assert "repeats already" in house.body(cast.author.get(f"/posts/{house.key(post)}/repeat"))
    assert repeat(cast.author, post).status_code == 409
    bare = make.post(cast, [], planned_at=None, wall="")
    db.commit()
    assert "Give it a time first" in house.body(cast.author.get(f"/posts/{bare.id}/repeat"))
    assert repeat(cast.author, bare).status_code == 422


def test_only_who_writes_there_and_nobody_elsewhere(cast, post):
    repeat(cast.author, post)
    here, row = series().id, occurrence("2027-03-11").id
    for path in (f"/series/{here}/stop", f"/occurrences/{row}/skip", f"/occurrences/{row}/following"):
        assert cast.approver.post(path).status_code == 403
        assert cast.teammate.post(path).status_code == 404
        assert cast.stranger.post(path).status_code == 404
    assert cast.approver.get(f"/series/{here}").status_code == 200
    assert cast.teammate.get(f"/series/{here}").status_code == 404
    assert "Every week" in house.body(cast.approver.get("/calendar/series"))
    assert "No post repeats" in house.body(cast.teammate.get("/calendar/series"))


def test_a_region_that_moves_takes_its_hour_along(cast, post, clock):
    """An hour is on the clocks of the region, wherever it is."""
    repeat(cast.author, post)
    db.session.execute(sa.update(Region).where(Region.name == "Warsaw").values(zone="Asia/Tokyo"))
    db.commit()
    clock.forward(days=7)
    assert run() == 1
    assert (made()[-1].zone, made()[-1].wall[11:]) == ("Asia/Tokyo", "18:30")
