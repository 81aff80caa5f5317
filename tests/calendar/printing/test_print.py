"""The calendar on paper: a month or a campaign, the time with its place, states in words and shapes."""

import pytest

from tests.calendar import house
from tests.posts import make
from webapp import db
from webapp.approvals.life import paper
from webapp.calendar.models import OwnDay
from webapp.calendar.printing import sheet
from webapp.posts.labels.models import Campaign
from webapp.posts.lifecycle import STATES


@pytest.fixture
def month(cast):
    """Three posts in two months, two of them of a campaign."""
    campaign = Campaign(organization_id=cast.warsaw.organization_id, name="Launch of all launches")
    db.session.add(campaign)
    db.session.flush()
    channel = make.channel(cast)
    house.planned(
        cast, "2031-05-02T18:30", text="May one", state="scheduled", channels=[channel], campaign_id=campaign.id
    )
    house.planned(cast, "2031-05-31T23:59", text="May last", state="waiting")
    house.planned(cast, "2031-06-01T00:00", text="June one", campaign_id=campaign.id)
    house.planned(cast, "2031-05-10T10:00", "Asia/Dubai", region=cast.dubai, text="Dubai one")
    days = {"kind": "launch", "name": "Big day", "first": house.day("2031-05-03"), "last": house.day("2031-05-03")}
    db.session.add(OwnDay(organization_id=cast.warsaw.organization_id, region_id=house.key(cast.warsaw), **days))
    db.commit()
    return campaign, channel.handle


def test_a_month_has_its_posts_with_times_and_places_and_states(cast, month):
    html = house.body(cast.author.get("/calendar/print?month=2031-05"))
    for said in ("May 2031", "May one", "May last", "18:30", "Warsaw", "Scheduled", "s-scheduled", month[1], "Big day"):
        assert said in html, said
    assert "June one" not in html
    assert "Dubai one" not in html
    html = house.body(cast.planner.get("/calendar/print?month=2031-05"))
    assert "Dubai one" in html
    assert "10:00</b> Dubai" in html


def test_a_campaign_is_whole_on_request(cast, month):
    html = house.body(cast.author.get(f"/calendar/print?campaign={month[0].id}&month=2031-05&whole=1"))
    assert ">Launch of all launches<" in html
    assert "May one" in html
    assert "June one" in html
    assert "May last" not in html
    one = house.body(cast.author.get(f"/calendar/print?campaign={month[0].id}&month=2031-05"))
    assert "June one" not in one
    assert "The whole campaign" in one


def test_what_is_too_much_for_a_paper_says_so(cast, monkeypatch):
    monkeypatch.setattr(sheet, "MOST", 2)
    for hour in range(3):
        house.planned(cast, f"2031-05-02T1{hour}:30", text=f"Post {hour}")
    db.commit()
    html = house.body(cast.author.get("/calendar/print?month=2031-05"))
    assert "There are more posts than fit here." in html
    assert "Post 2" not in html


def test_words_of_people_stay_words_and_nothing_is_nothing(cast):
    house.planned(cast, "2031-05-02T18:30", text="<script>alert(1)</script>")
    db.commit()
    assert "<script>alert" not in house.body(cast.author.get("/calendar/print?month=2031-05"))
    assert "Nothing planned" in house.body(cast.author.get("/calendar/print?month=2033-05"))


def test_a_file_where_one_can_be_made_and_a_word_where_not(cast, month, monkeypatch):
    monkeypatch.setattr(paper, "able", lambda: False)
    assert cast.author.get("/calendar/print.pdf?month=2031-05").status_code == 404
    assert "This installation makes no PDF itself." in house.body(cast.author.get("/calendar/print?month=2031-05"))
    made = []
    monkeypatch.setattr(paper, "able", lambda: True)
    monkeypatch.setattr(paper, "pdf", lambda html, more: made.append(html) or b"%PDF-")
    answer = cast.author.get("/calendar/print.pdf?month=2031-05")
    assert (answer.mimetype, answer.data) == ("application/pdf", b"%PDF-")
    assert "<svg" in made[0]
    assert "<use" not in made[0]
    assert "no-print" not in made[0]


def test_the_file_is_a_pdf_or_it_is_said_why_there_is_none(cast, month):
    answer = cast.author.get("/calendar/print.pdf?month=2031-05")
    if paper.able():
        assert answer.data.startswith(b"%PDF-")
    else:
        assert answer.status_code == 404
        assert paper.missing()


def test_every_state_has_a_shape_that_needs_nothing_from_outside():
    for look in STATES.values():
        drawn = sheet.shape(look.shape)
        assert "<path" in drawn or "<circle" in drawn, look.shape
        assert "var(" not in drawn
