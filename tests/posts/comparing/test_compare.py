"""Any two versions: words and pictures beside each other, fields from what to what, and what is the same."""

import re
from datetime import timedelta

import pytest

from tests.approvals import house
from tests.posts import make
from webapp import db
from webapp.db import session
from webapp.posts import readings
from webapp.posts.models import Post, Revision

pytestmark = pytest.mark.one_database


@pytest.fixture
def row(cast):
    """A post with three versions: other words in the second, another picture and time in the third."""
    first, second = make.asset(cast), make.asset(cast, "red")
    post = make.post(cast, [make.channel(cast)], "Warm tea for you")
    make.picture(post, first)
    made = house.send(cast, post)
    house.rewrite(cast, post, "Cold tea for you")
    post = session.get_one(Post, made.post_id)
    post.media[0].asset_id, post.media[0].asset, post.media[0].alt = second.id, second, "A red can"
    post.planned_at += timedelta(hours=1)
    db.commit()
    return house.send(cast, post)


def plain(html: str) -> str:
    """What is read, with ins and del kept."""
    bare = re.sub(r"<(ins|del) [^>]*>", r"<\1>", html)
    return re.sub(r"\s+", " ", re.sub(r"<(?!/?(?:ins|del)\b)[^>]*>", " ", bare))


def compare(browser, row, query: str = "", status: int = 200) -> str:
    answer = browser.get(f"/posts/{row.post_id}/compare{query}")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_words_stand_beside_each_other_each_with_its_own_marks(cast, row):
    html = compare(cast.approver, row, "?from=1&to=2")
    old, new = re.findall(r'<article class="card proof".*?</article>', html, re.S)
    assert "<del>Warm</del> tea for you" in old
    assert "<ins>" not in old
    assert "<ins>Cold</ins> tea for you" in new
    assert "<del>" not in new
    assert "Pictures are the same" in html
    assert "The time is the same" in html
    assert "Words are the same" not in html


def test_pictures_and_fields_say_from_what_to_what(cast, row):
    html = compare(cast.approver, row, "?from=2&to=3")
    assert "Taken out" in html
    assert ">New<" in html
    assert re.search(r"Time: <del>[^<]+</del> <ins>[^<]+Warsaw</ins>", plain(html))
    assert "Words are the same" in html
    assert "Pictures are the same" not in html


def test_it_says_who_changed_it_and_lists_the_steps_between(cast, row):
    html = plain(compare(cast.approver, row, "?from=1&to=3"))
    assert html.count("Author , ") >= 4
    assert "1 word, 1 picture, the time" in html


def test_the_older_one_comes_first_however_it_is_asked(cast, row):
    there, back = (plain(compare(cast.approver, row, q)) for q in ("?from=1&to=3", "?from=3&to=1"))
    assert "Version 1 to 3" in there
    assert "Version 1 to 3" in back


def test_a_version_is_the_same_as_itself(cast, row):
    assert "Nothing that goes out is different" in compare(cast.approver, row, "?from=2&to=2")


def test_without_numbers_it_is_since_i_last_saw_it_else_the_last_change(cast, row):
    assert "Version 2 to 3" in plain(compare(cast.approver, row))
    first = next(r for r in house.rows(Revision) if r.number == 1)
    readings.note(first, cast.actor("approver"))
    db.commit()
    assert "Version 1 to 3" in plain(compare(cast.approver, row))


@pytest.mark.parametrize("query", ["?from=9", "?to=9", "?from=x&to=2", "?from=-1&to=2", "?to=" + "9" * 200])
def test_versions_that_are_not_there(cast, row, query):
    compare(cast.approver, row, query, 404)


def test_a_draft_has_nothing_to_compare(cast):
    post = make.post(cast, [make.channel(cast)])
    db.commit()
    assert cast.author.get(f"/posts/{post.id}/compare").status_code == 404


def test_strangers_find_nothing(cast, row):
    compare(cast.teammate, row, "", 404)
    compare(cast.stranger, row, "", 404)


def test_the_card_and_the_history_lead_there(cast, row):
    first = next(r for r in house.rows(Revision) if r.number == 1)
    readings.note(first, cast.actor("approver"))
    db.commit()
    card = cast.approver.get(f"/posts/{row.post_id}/approval").get_data(as_text=True)
    assert f"/posts/{row.post_id}/compare?from=1&amp;to=3" in card
    page = cast.approver.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert f"/posts/{row.post_id}/compare?from=2&amp;to=3" in page


def test_hidden_and_hostile_words_are_shown_as_such(cast, row):
    post = session.get_one(Post, row.post_id)
    house.rewrite(cast, post, "<b>Cold</b> t\u202eea")
    html = compare(cast.approver, row)
    assert "<b>Cold</b>" not in html
    assert "U+202E" in html
