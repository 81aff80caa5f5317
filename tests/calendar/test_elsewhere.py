"""A post for another region: the same hour there, the same moment, or a free slot, each said with both places."""

import html as markup
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from tests.posts.adapting import house as adapting
from webapp import db, times
from webapp.people.models import Region
from webapp.posts.adapting import hours
from webapp.posts.models import Post

NOW = datetime(2027, 1, 10, 8, tzinfo=UTC)


def text(answer):
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", house.body(answer))))


def offers(page):
    return re.findall(r'name="at" value="([^"]*)"', page)


def made_of(post):
    return db.session.scalars(sa.select(Post).where(Post.id != house.key(post)).order_by(Post.id.desc())).first()


def in_warsaw(cast, wall="2027-02-10T18:30", **more):
    """Warsaw's own post."""
    post = house.planned(cast, wall, channels=[make.channel(cast)], **more)
    db.commit()
    return post


def zoned(region, zone):
    db.session.execute(sa.update(Region).where(Region.id == region.id).values(zone=zone))
    db.commit()


def test_three_times_each_with_both_places(cast, clock):
    clock.at = NOW
    post = in_warsaw(cast)
    feed = make.channel(cast, cast.dubai)
    db.commit()
    page = text(cast.planner.get(f"/posts/{post.id}/elsewhere"))
    assert "Dubai" in page
    assert "London" in page, "a region is named with its place"
    answer = cast.planner.get(f"/posts/{post.id}/elsewhere?region={cast.dubai.id}")
    page = text(answer)
    assert f"It goes to {feed.handle}" in page
    at = offers(answer.get_data(as_text=True))
    assert at[:2] == ["2027-02-10T14:30:00Z", "2027-02-10T17:30:00Z"]
    for words in ("Same hour on its clocks", "Same moment", "Its first free slot"):
        assert words in page
    assert "18:30 Wed 10 Feb, Dubai Same hour on its clocks Wed 10 Feb 15:30, Warsaw" in page
    assert "21:30 Wed 10 Feb, Dubai Same moment Wed 10 Feb 18:30, Warsaw" in page
    assert "09:00 Wed 10 Feb, Dubai Its first free slot from that day on Wed 10 Feb 06:00, Warsaw" in page


def test_it_becomes_a_draft_of_that_region(cast, clock):
    clock.at = NOW
    post = in_warsaw(cast, campaign_id=None, paid=True)
    feed = make.channel(cast, cast.dubai)
    make.channel(cast, cast.dubai, network="mastodon")
    form = {"region": str(cast.dubai.id), "at": "2027-02-10T17:30:00Z"}
    answer = cast.planner.post(f"/posts/{post.id}/elsewhere", form)
    made = made_of(post)
    assert answer.headers["Location"].endswith(f"/posts/{made.id}/edit")
    assert (made.region_id, made.zone, made.wall, made.state) == (
        cast.dubai.id,
        "Asia/Dubai",
        "2027-02-10T21:30",
        "draft",
    )
    assert times.iso(made.planned_at) == times.iso(made.slot_at) == "2027-02-10T17:30:00Z"
    assert [variant.channel_id for variant in made.variants] == [feed.id]
    assert (made.text, made.paid, made.language, made.adapted_from_id) == (post.text, True, "ar", None)
    page = house.body(cast.planner.get(f"/posts/{made.id}/edit"))
    assert "Copied for Dubai" in page


def test_the_time_may_wait(cast, clock):
    clock.at = NOW
    post = in_warsaw(cast)
    cast.planner.post(f"/posts/{post.id}/elsewhere", {"region": str(cast.dubai.id), "at": ""})
    assert (made_of(post).planned_at, made_of(post).as_soon) == (None, False)


@pytest.mark.parametrize(
    ("zone", "wall", "words", "left"),
    [
        ("Africa/Cairo", "2027-04-30T00:30", "does not exist", 2),
        ("Australia/Lord_Howe", "2027-10-03T02:15", "does not exist", 2),
        ("Australia/Lord_Howe", "2027-04-04T01:45", "comes twice", 2),
        ("America/New_York", "2027-11-07T01:30", "comes twice", 2),
    ],
)
def test_an_hour_the_clocks_skip_or_double_there_is_said(cast, clock, zone, wall, words, left):
    """Each of the two instants that are left can be taken, and neither is taken for anybody."""
    clock.at = NOW
    zoned(cast.dubai, zone)
    post = in_warsaw(cast, wall)
    answer = cast.planner.get(f"/posts/{post.id}/elsewhere?region={cast.dubai.id}")
    page = answer.get_data(as_text=True)
    assert words in page
    with pytest.raises(times.TimeError) as raised:
        times.plan(times.parse_wall(wall), zone)
    choices = [times.iso(at) for at in raised.value.choices]
    assert len(choices) == left
    assert set(choices) <= set(offers(page))
    cast.planner.post(f"/posts/{post.id}/elsewhere", {"region": str(cast.dubai.id), "at": choices[1]})
    assert times.iso(made_of(post).planned_at) == choices[1]


@pytest.mark.parametrize("at", ["x", "2026-01-01", "2020-01-01T00:00:00Z", "\x00", "2027-01-10T08:01:00Z"])
def test_what_is_no_time_ahead_is_refused(cast, clock, at):
    clock.at = NOW
    post = in_warsaw(cast)
    answer = cast.planner.post(f"/posts/{post.id}/elsewhere", {"region": str(cast.dubai.id), "at": at})
    assert answer.status_code == 422
    assert made_of(post) is None


def test_only_into_regions_in_which_one_writes(cast, clock):
    clock.at = NOW
    post = in_warsaw(cast)
    for browser, status in ((cast.stranger, 404), (cast.teammate, 404)):
        assert browser.get(f"/posts/{post.id}/elsewhere").status_code == status
    for browser in (cast.author, cast.approver):
        assert "You write in no other region" in text(browser.get(f"/posts/{post.id}/elsewhere"))
        answer = browser.post(f"/posts/{post.id}/elsewhere", {"region": str(cast.dubai.id), "at": ""})
        assert answer.status_code == 404
    for region in (cast.warsaw.id, "x", ""):
        answer = cast.planner.post(f"/posts/{post.id}/elsewhere", {"region": str(region), "at": ""})
        assert answer.status_code == 404
    assert made_of(post) is None


def test_regions_below_are_asked_instead(cast):
    post = adapting.master(cast)
    page = house.body(cast.planner.get(f"/posts/{post.id}/elsewhere"))
    assert f"/posts/{post.id}/regions" in page
    answer = cast.planner.post(f"/posts/{post.id}/elsewhere", {"region": str(cast.warsaw.id), "at": ""})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("how", "at"),
    [
        (hours.WALL, "2031-06-02T16:30:00Z"),
        (hours.INSTANT, "2031-06-02T17:30:00Z"),
        (hours.BEST, "2031-06-02T07:00:00Z"),
    ],
)
def test_who_asks_regions_says_which_time_they_get(cast, how, at):
    post = adapting.master(cast, planned_at=datetime(2031, 6, 2, 17, 30, tzinfo=UTC))
    page = text(cast.planner.get(f"/posts/{post.id}/regions"))
    assert "Same hour on its clocks: Mon, 2 Jun 2031 18:30, Warsaw (Mon, 2 Jun 2031 17:30, London)" in page
    assert "Same moment: Mon, 2 Jun 2031 19:30, Warsaw (Mon, 2 Jun 2031 18:30, London)" in page
    form = {"regions": [str(cast.warsaw.id)], "time": how}
    assert cast.planner.post(f"/posts/{post.id}/regions", form).status_code == 303
    made = adapting.of(post, cast.warsaw).post
    assert (made.zone, times.local(made.planned_at, "Europe/Warsaw").strftime("%H:%M")) == (
        "Europe/Warsaw",
        made.wall[11:],
    )
    assert times.iso(made.planned_at) == at


def test_a_post_without_a_time_has_only_a_free_slot_to_give(cast):
    post = adapting.master(cast, wall="", planned_at=None)
    page = text(cast.planner.get(f"/posts/{post.id}/regions"))
    assert "As headquarters planned it" in page
    assert "Same moment" not in page
    assert cast.planner.post(f"/posts/{post.id}/regions", {"time": "instant"}).status_code == 422
