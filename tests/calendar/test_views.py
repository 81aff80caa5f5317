"""The agenda, the week of regions and the month: what stands on them, in whose time, and at what cost."""

import re
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, i18n, times
from webapp.approvals import submission
from webapp.approvals.models import Ask
from webapp.calendar import basis, grid, scene, wanted
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.people import organizations
from webapp.people.models import Person, Region
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.lifecycle import STATES
from webapp.posts.models import Post, Variant

THURSDAY = datetime(2026, 11, 26, 12, 18, tzinfo=UTC)


@pytest.fixture
def thursday(clock):
    clock.at = THURSDAY
    return clock


def entries(html):
    """(time, line) of each post of an agenda, in order."""
    return re.findall(r'<div class="t num"><b>([^<]+)</b>.*?dir="auto">([^<]*)<', html, re.S)


def test_every_state_stands_on_the_agenda(thursday, cast):
    for n, state in enumerate(STATES):
        house.planned(cast, f"2026-11-26T{n + 6:02}:00", state=str(state), text=f"It is {state}", sent_on=1, sent_of=2)
    db.commit()
    html = house.body(cast.author.get("/calendar"))
    assert [line for _time, line in entries(html)] == [f"It is {state}" for state in STATES]
    for look in STATES.values():
        assert look.word in html or (look.shape == "s-partly" and "Published on 1 of 2" in html)


def test_the_line_of_now_stands_between_what_was_and_what_comes_in_the_time_of_the_region(thursday, cast):
    house.planned(cast, "2026-11-26T13:00", text="Before")
    house.planned(cast, "2026-11-26T14:00", text="After")
    db.commit()
    html = house.body(cast.author.get("/calendar"))
    assert html.index("Before") < html.index("Now 13:18, Warsaw") < html.index("After")


def test_a_calendar_is_read_in_three_times_and_each_is_named(thursday, cast):
    post = house.planned(cast, "2026-11-26T18:30", text="Evening")
    post.region_id, post.region = cast.warsaw.id, cast.warsaw
    db.commit()
    browser, warsaw = cast.planner, cast.warsaw.id
    region = house.body(browser.get(f"/calendar?region={warsaw}"))
    assert entries(region) == [("18:30", "Evening")]
    assert "17:30 you" in region
    mine = house.body(browser.get(f"/calendar?region={warsaw}&basis=mine"))
    assert entries(mine) == [("17:30", "Evening")]
    assert "18:30 Warsaw" in mine
    for html in (region, mine):
        assert re.findall(r"<span>(\w+) <small>([^<]+)</small>", html) == [
            ("Warsaw", "CET"),
            ("Mine", "London"),
            ("HQ", "London"),
        ]
    assert "Thu 26 Nov, Warsaw" in region
    assert "Thu 26 Nov, London" in mine


def test_over_all_regions_each_time_has_its_place_and_its_own_day(thursday, cast):
    house.planned(cast, "2026-11-27T00:30", "Asia/Dubai", cast.dubai, text="Night in Dubai")
    house.planned(cast, "2026-11-26T22:00", text="Evening in Warsaw")
    db.commit()
    html = house.body(cast.planner.get("/calendar"))
    assert entries(html) == [("22:00", "Evening in Warsaw"), ("00:30", "Night in Dubai")]
    first, second = html.index("Thu 26 Nov"), html.index('id="d2026-11-27"')
    assert first < html.index("Evening in Warsaw") < second < html.index("Night in Dubai")
    assert "<small>Dubai</small>" in html
    assert "<small>Thu 20:30 you</small>" in html
    mine = house.body(cast.planner.get("/calendar?basis=mine"))
    assert entries(mine) == [("20:30", "Night in Dubai"), ("21:00", "Evening in Warsaw")]
    assert "Fri 00:30 Dubai" in mine


def test_nobody_sees_another_regions_posts(thursday, cast):
    house.planned(cast, "2026-11-26T18:30", text="Only Warsaw")
    db.commit()
    for path in ("/calendar", "/calendar/regions", f"/calendar?region={cast.warsaw.id}"):
        for browser in (cast.teammate, cast.stranger):
            assert "Only Warsaw" not in house.body(browser.get(path))
    month = house.body(cast.teammate.get("/calendar/month"))
    assert '<b aria-hidden="true">1</b>' not in month
    assert '<b aria-hidden="true">1</b>' in house.body(cast.author.get("/calendar/month"))


def test_filters_stay_in_the_address(thursday, cast):
    label = Label(organization_id=cast.organization.id, name="Autumn")
    campaign = Campaign(organization_id=cast.organization.id, name="Winter")
    db.session.add_all([label, campaign])
    one, two = make.channel(cast), make.channel(cast)
    kept = house.planned(cast, "2026-11-26T18:30", text="Kept", channels=[one], state="waiting", paid=True)
    kept.labels, kept.campaign_id = [label], campaign.id
    house.planned(cast, "2026-11-26T19:30", text="Other", channels=[two])
    db.commit()
    me = cast.people["author"].id
    for asked in (
        f"channel={one.id}",
        f"label={label.id}",
        f"campaign={campaign.id}",
        "state=waiting",
        "paid=1",
        f"person={me}&state=waiting",
    ):
        html = house.body(cast.author.get(f"/calendar?{asked}"))
        assert [line for _t, line in entries(html)] == ["Kept"], asked
        assert all(asked.split("&")[0] in link for link in re.findall(r'class="day[^"]*" href="([^"]+)"', html)), asked
        assert "Other" not in house.body(cast.author.get(f"/calendar/regions?{asked}"))
        assert 'q4"' in house.body(cast.author.get(f"/calendar/month?{asked}")).replace("q4 off", "q4")
    form = house.body(cast.author.get(f"/calendar/filters?channel={one.id}&to=calendar.month"))
    assert f'<option value="{one.id}" selected>' in form
    assert 'action="/calendar/month"' in form


@pytest.mark.parametrize(
    "query", ["day=2026-13-40", "day=x", "day=9999-12-31", "day=0001-01-01", "month=2026-99", "basis=moon", "region=1"]
)
@pytest.mark.parametrize("path", ["/calendar", "/calendar/month", "/calendar/regions", "/calendar/filters"])
def test_what_makes_no_sense_in_an_address_is_left_out(cast, path, query):
    assert cast.author.get(f"{path}?{query}").status_code == 200


def test_the_strip_says_how_much_stands_on_each_day_and_what_is_special(thursday, cast):
    for hour in (8, 10, 12):
        house.planned(cast, f"2026-11-24T{hour:02}:00")
    db.commit()
    html = house.body(cast.author.get("/calendar"))
    assert "Tuesday, 24 Nov: 3 posts" in html
    assert "Monday, 23 Nov: 0 posts" in html
    assert "Sunday, 29 Nov: 0 posts, <bdi>Sunday without trading" in html
    assert html.count("<i></i>") == 3


def test_a_holiday_says_what_follows_from_it(cast, clock):
    clock.at = datetime(2026, 11, 11, 9, tzinfo=UTC)
    one = house.body(cast.author.get("/calendar"))
    assert "National Independence Day</bdi>.</b> Offices are closed." in one
    every = house.body(cast.planner.get("/calendar"))
    assert "1 of 3 regions closed." in every
    assert "National Independence Day" in house.body(cast.planner.get("/calendar/month"))
    assert "National Independence Day" in house.body(cast.planner.get("/calendar/regions"))


def test_too_much_on_a_channel_is_a_row_of_its_own(thursday, cast):
    busy, calm = make.channel(cast), make.channel(cast)
    for hour, channel in (("18:30", busy), ("19:15", busy), ("20:00", busy), ("20:10", calm)):
        house.planned(cast, f"2026-11-26T{hour}", channels=[channel], text=f"At {hour}")
    db.commit()
    html = house.body(cast.author.get("/calendar"))
    words = f"3 posts within 2 h on {busy.handle}, the limit is 2"
    assert html.count(words) == 1
    assert html.index(words) < html.index("At 18:30")
    assert re.findall(r"crowded (\w)", html) == ["a", "m", "z"]
    assert words in house.body(cast.author.get("/calendar/regions"))


def test_what_failed_or_was_rejected_crowds_nobody(thursday, cast):
    busy = make.channel(cast)
    for hour, state in (("18:30", "draft"), ("19:00", "rejected"), ("19:30", "waiting")):
        house.planned(cast, f"2026-11-26T{hour}", channels=[busy], state=state)
    db.commit()
    assert "the limit is" not in house.body(cast.author.get("/calendar"))


def test_on_whom_a_post_waits_is_said(cast):
    channel = make.channel(cast)
    post = make.post(cast, [channel], "Please look")
    submission.submit(post, cast.actor("author"))
    db.commit()
    path = f"/calendar?day={times.local(post.planned_at, 'Europe/Warsaw').date()}"
    asked = session.scalars(sa.select(Person.name).join(Ask, Ask.person_id == Person.id).order_by(Person.name)).all()
    assert len(asked) > 1
    assert f"Waits for {asked[0]} and {len(asked) - 1} more<" in house.body(cast.author.get(path))
    assert "Waits for you" in house.body(cast.approver.get(path))


def test_what_is_on_more_than_a_page_goes_on_where_it_stopped(thursday, cast):
    for n in range(70):
        house.planned(cast, f"2026-11-27T{8 + n // 10:02}:{n % 10 * 6:02}", text=f"Post {n:02}")
    db.commit()
    first = house.body(cast.author.get("/calendar"))
    link = re.search(r'href="([^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = house.body(cast.author.get(link))
    lines = [line for _t, line in entries(first) + entries(second)]
    assert lines == [f"Post {n:02}" for n in range(70)]


def test_a_month_prints_the_number_of_each_day_and_marks_trouble(thursday, cast):
    house.planned(cast, "2026-11-03T08:00", state="published")
    for hour in (8, 9, 10, 11):
        house.planned(cast, f"2026-11-05T{hour:02}:00", state="failed" if hour == 8 else "published")
    db.commit()
    html = house.body(cast.author.get("/calendar/month?month=2026-11"))
    cells = re.findall(r'<a class="(q\d)[^"]*" href="[^"]*day=2026-11-(\d\d)"', html)
    assert {day: shade for shade, day in cells}["03"] == "q1"
    assert {day: shade for shade, day in cells}["05"] == "q4"
    assert html.count("1 needs a look") == 1
    assert "month=2026-10" in html
    assert "month=2026-12" in html


def test_a_post_near_midnight_is_on_the_day_of_the_time_it_is_read_in(thursday, cast):
    house.planned(cast, "2026-11-20T00:15")
    db.commit()
    warsaw = house.body(cast.planner.get(f"/calendar/month?region={cast.warsaw.id}"))
    london = house.body(cast.planner.get(f"/calendar/month?region={cast.warsaw.id}&basis=hq"))

    def full(html):
        return re.findall(r'<a class="q4[^>]*day=2026-11-(\d\d)', html)

    assert (full(warsaw), full(london)) == (["20"], ["19"])


def test_a_draft_that_goes_as_soon_as_it_is_approved_has_no_place_until_then(thursday, cast):
    post = house.planned(cast, "2026-11-26T18:30", text="Soon", as_soon=True)
    house.projected(post)
    assert "Soon" not in house.body(cast.author.get("/calendar"))
    db.session.execute(sa.update(Post).where(Post.id == post.id).values(slot_at=times.now(), state="published"))
    db.commit()
    assert "Soon" in house.body(cast.author.get("/calendar"))


def test_a_region_in_a_zone_nobody_knows_is_said_in_words(thursday, cast):
    house.planned(cast, "2026-11-26T18:30", text="Somewhere")
    db.session.execute(
        sa.update(Region).where(Region.id == cast.warsaw.id).values(zone="Europe/Atlantis", country="XX")
    )
    db.commit()
    for path in ("/calendar", "/calendar/regions", "/calendar/month"):
        html = house.body(cast.planner.get(path))
        assert "Nod does not know the time zone of Warsaw (Europe/Atlantis). Its times are shown in UTC." in html
    assert entries(house.body(cast.planner.get("/calendar"))) == [("17:30", "Somewhere")]


def test_an_unchanged_calendar_is_not_sent_twice(thursday, cast):
    first = cast.author.get("/calendar/month")
    again = cast.author.get("/calendar/month", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def seeded(cast, posts, regions=30, channels=330):
    """Regions in many zones, channels on them, posts all over this month."""
    zones = ("Europe/Warsaw", "Asia/Tokyo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo")
    top = db.session.get_one(Region, cast.headquarters.id)
    offices = [
        organizations.add_region(
            cast.organization.id, top, name=f"Office {n:02}", zone=zones[n % 6], language="en", by=None
        )
        for n in range(regions)
    ]
    db.session.flush()
    feeds = [make.channel(cast, offices[n % regions]) for n in range(channels)]
    first = times.now().replace(day=2, hour=0, minute=0, second=0, microsecond=0)
    rows, variants, author = [], [], cast.people["author"].id
    for n in range(posts):
        feed, at = feeds[n % channels], first + timedelta(minutes=n * 38_000 // posts)
        zone = offices[n % channels % regions].zone
        rows.append(
            {
                "id": new_id(),
                "organization_id": cast.organization.id,
                "region_id": feed.region_id,
                "author_id": author,
                "text": f"Words of post {n}",
                "planned_at": at,
                "slot_at": at,
                "zone": zone,
                "state": "published",
            }
        )
        variants.append({"id": new_id(), "post_id": rows[-1]["id"], "channel_id": feed.id})
    db.session.execute(sa.insert(Post), rows)
    db.session.execute(sa.insert(Variant), variants)
    db.commit()


@pytest.mark.parametrize(
    ("path", "most", "weight"),
    [("/calendar/month", 12, 14_000), ("/calendar/regions", 12, None), ("/calendar", 13, 14_000)],
)
def test_a_full_calendar_costs_few_statements_and_few_bytes(cast, clock, path, most, weight):
    """330 channels; the same number of statements for three posts as for three thousand."""
    clock.at = THURSDAY.replace(day=15)
    seeded(cast, 3_000)
    cast.planner.get(path)
    with house.counted() as made:
        html = house.body(cast.planner.get(path))
    assert len(made) <= most, "\n".join(made)
    if weight:
        assert len(brotli.compress(html.encode(), quality=5)) <= weight
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Channel)) >= 330
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) > 1


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Warsaw", "CET"),
        ("Asia/Dubai", "GST"),
        ("Asia/Tokyo", "UTC+09"),
        ("Asia/Kolkata", "UTC+05:30"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("America/St_Johns", "UTC-03:30"),
        ("America/Sao_Paulo", "UTC-03"),
    ],
)
def test_a_zone_without_a_name_that_people_know_is_said_by_its_whole_distance(thursday, zone, said):
    with i18n.speaking("en"):
        assert basis.abbreviation(zone) == said


def test_a_week_of_regions_shows_texts_as_they_are(thursday, cast):
    house.planned(cast, "2026-11-27T18:30", text='<b>&"\nsecond line')
    house.planned(cast, "2026-11-27T19:30", text="", language="en")
    db.commit()
    page = cast.author.get("/calendar/regions").get_data(as_text=True)
    assert '<span lang="pl" dir="auto">&lt;b&gt;&amp;&#34;</span>' in page
    assert '<span lang="en" dir="auto">No text yet</span>' in page


def test_a_cell_shows_the_first_of_a_day_in_order_and_counts_the_rest(thursday, cast):
    """Also those of the very same minute; each with its channels, by network and name."""
    channels = [make.channel(cast) for _n in range(2)]
    names = sorted(each.handle for each in channels)
    walls = ("19:30", "18:30", "18:30", "08:00", "23:59")
    posts = [house.planned(cast, f"2026-11-27T{wall}", text=wall) for wall in walls]
    seen = scene.of(cast.actor("author"), wanted.read({"day": "2026-11-27"}))
    for post in posts:
        db.session.add_all(Variant(id=db.new_id(), post_id=post.id, channel_id=each.id) for each in channels)
    db.session.flush()
    _days, rows = grid.of(seen)
    (cell,) = [cell for row in rows for cell in row.cells if cell.total]
    first, second = sorted((posts[1].id, posts[2].id))
    assert [item.id for item in cell.items] == [posts[3].id, first, second]
    assert (cell.total, cell.more) == (5, 2)
    assert [[each.handle for each in item.channels] for item in cell.items] == [names] * 3
