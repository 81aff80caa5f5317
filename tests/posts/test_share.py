"""What another app shares, where no worker took it: a form with the words in it, not saved."""

import io

import sqlalchemy as sa

from webapp import db
from webapp.posts.models import Post

SYSTEM = {"Origin": "null", "Sec-Fetch-Site": "none"}
"""As a browser sends what the system's share sheet gave it."""


def shared(browser, **given):
    return browser.client.post("/share", base_url="https://nod.test", data=given, headers=SYSTEM)


def test_the_words_are_in_the_form_and_nothing_is_saved(cast):
    answer = shared(cast.author, title="A walk", text="See this", url="https://nod.test/x")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "A walk\nSee this\nhttps://nod.test/x</textarea>" in page
    assert 'action="/posts"' in page
    assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 0


def test_what_is_said_twice_is_said_once(cast):
    page = shared(cast.author, title="See this", text="See this").get_data(as_text=True)
    assert page.count("See this") == 1


def test_a_picture_must_be_picked_again(cast):
    page = shared(cast.author, text="x", picture=(io.BytesIO(b"\xff\xd8\xff"), "p.jpg")).get_data(as_text=True)
    assert "Pick the picture once more" in page


def test_too_much_is_cut_and_nothing_breaks(cast):
    assert shared(cast.author, text="x" * 200_000).status_code == 200
    assert shared(cast.author).status_code == 200
    assert shared(cast.author, text="a\0b").status_code == 200


def test_a_stranger_is_led_to_the_way_in(cast):
    answer = shared(cast.signed_out(), text="x")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_who_may_not_write_may_not_share(cast):
    assert shared(cast.approver, text="x").status_code == 403
