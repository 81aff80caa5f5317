"""What checks go by is set where it belongs: hours and days on the region, the pace on the channel."""

import pytest

from tests.cast import Cast
from tests.people.test_regions import GOOD
from tests.posts import make
from webapp import db
from webapp.channels.models import Channel
from webapp.people.models import Region


def _region(cast: Cast, **more):
    warsaw, above = cast.warsaw.id, str(cast.headquarters.id)
    place = {"name": "Warsaw", "zone": "Europe/Warsaw", "country": "PL", "subdivision": "", "parent": above}
    answer = cast.administrator.post(f"/regions/{warsaw}", {**GOOD, **place, **more})
    db.session.remove()
    return answer, db.session.get_one(Region, warsaw)


def test_a_region_has_market_hours_and_days_it_minds(cast: Cast) -> None:
    answer, row = _region(cast, market_start="08:00", market_end="21:00", minded=["trading", "holiday", "nonsense"])
    assert answer.status_code == 303
    assert (row.market_start, row.market_end, row.minded) == ("08:00", "21:00", ["holiday", "trading"])
    html = cast.author.get(f"/regions/{row.id}").get_data(as_text=True)
    assert "08:00 to 21:00, Warsaw" in html
    assert "Public holidays, Sundays without trading" in html


@pytest.mark.parametrize(("start", "end"), [("08:00", ""), ("8", "20:00"), ("", "25:00")])
def test_half_a_span_or_no_hour_is_refused(cast: Cast, start: str, end: str) -> None:
    answer, row = _region(cast, market_start=start, market_end=end)
    assert answer.status_code == 422
    assert (row.market_start, row.market_end) == ("", "")


def test_a_channel_has_its_pace(cast: Cast) -> None:
    feed = make.channel(cast)
    feed.owner_id = cast.people["administrator"].id
    db.commit()
    url, values = f"/channels/{feed.id}", {"name": "Feed", "owner": str(feed.owner_id)}
    assert cast.administrator.post(url, {**values, "pace_posts": "0", "pace_hours": "24"}).status_code == 303
    assert cast.administrator.post(url, {**values, "pace_posts": "", "pace_hours": ""}).status_code == 303
    for posts, hours in (("-1", "2"), ("2", "0"), ("2", "49"), ("many", "2"), ("9" * 400, "2")):
        assert cast.administrator.post(url, {**values, "pace_posts": posts, "pace_hours": hours}).status_code == 422
    db.session.remove()
    row = db.session.get_one(Channel, feed.id)
    assert (row.pace_posts, row.pace_hours) == (0, 24)
