"""Reply times and blocked words of a region: who may set them, what is refused, and that they are kept."""

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.inbox import make
from webapp import db, events
from webapp.inbox import deadlines
from webapp.inbox.keeping import BlockedWords, ReplyTarget


def test_a_region_and_a_channel_have_their_own_time(cast: Cast) -> None:
    channel = make.channel(cast)
    db.commit()
    path, field = f"/inbox/settings/{cast.warsaw.id}", f"channel-{channel.id}"
    assert cast.administrator.post(path, {"minutes": "60", field: "15", "words": ""}).status_code == 303
    channel = db.session.merge(channel)
    assert deadlines.minutes(channel) == 15
    html = cast.administrator.get(path).get_data(as_text=True)
    assert 'value="60"' in html
    assert 'value="15"' in html
    cast.administrator.post(path, {"minutes": "60", field: "", "words": ""})
    assert deadlines.minutes(channel) == 60
    cast.administrator.post(path, {"minutes": "", field: "", "words": ""})
    assert deadlines.minutes(channel) == deadlines.MINUTES
    assert db.session.scalars(sa.select(ReplyTarget)).all() == []
    kinds = list(db.session.scalars(sa.select(events.Event.kind).order_by(events.Event.id)))
    assert kinds.count("inbox.targets_changed") == 3


def test_nothing_new_records_nothing(cast: Cast) -> None:
    path = f"/inbox/settings/{cast.warsaw.id}"
    for _time in range(2):
        cast.administrator.post(path, {"minutes": "60", "words": "casino"})
    kinds = list(db.session.scalars(sa.select(events.Event.kind)))
    assert kinds.count("inbox.targets_changed") == 1
    assert kinds.count("inbox.words_changed") == 1


def test_words_are_kept_one_a_line_and_those_of_headquarters_count_everywhere(cast: Cast) -> None:
    cast.administrator.post(f"/inbox/settings/{cast.warsaw.id}", {"words": " casino \r\n\r\nkredyt\r\ncasino"})
    cast.administrator.post(f"/inbox/settings/{cast.headquarters.id}", {"words": "bitcoin"})
    rows = {row.region_id: row.words for row in db.session.scalars(sa.select(BlockedWords))}
    assert rows == {cast.warsaw.id: "casino\nkredyt", None: "bitcoin"}
    html = cast.administrator.get(f"/inbox/settings/{cast.warsaw.id}").get_data(as_text=True)
    assert "casino\nkredyt" in html
    said = db.session.scalars(sa.select(events.Event).where(events.Event.kind == "inbox.words_changed")).all()
    assert "casino" not in str([event.data for event in said])


@pytest.mark.parametrize("minutes", ["4", "10081", "-1", "1.5", "٣٠", "9" * 30, "soon"])
def test_a_time_that_makes_no_sense_is_refused_and_stays_typed(cast: Cast, minutes: str) -> None:
    answer = cast.administrator.post(f"/inbox/settings/{cast.warsaw.id}", {"minutes": minutes, "words": "kept words"})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'aria-invalid="true"' in html
    assert "kept words" in html
    assert db.session.scalars(sa.select(ReplyTarget)).all() == []


def test_only_who_sets_up_the_company_may(cast: Cast) -> None:
    path = f"/inbox/settings/{cast.warsaw.id}"
    for browser in (cast.author, cast.planner):
        assert browser.get("/inbox/settings").status_code == 403
        assert browser.get(path).status_code == 403
        assert browser.post(path, {"minutes": "60"}).status_code == 403
    for browser in (cast.stranger, cast.teammate):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"minutes": "60"}).status_code == 404
    assert "Warsaw" in cast.administrator.get("/inbox/settings").get_data(as_text=True)
    assert "/inbox/settings" in cast.administrator.get("/more").get_data(as_text=True)
    assert "/inbox/settings" not in cast.author.get("/more").get_data(as_text=True)
