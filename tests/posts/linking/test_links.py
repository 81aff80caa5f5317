"""A counted link: built by the server, put where the plain one stood, nothing typed is lost."""

import uuid

import pytest

from tests.posts import make
from webapp import db
from webapp.errors import Invalid
from webapp.posts.linking.tagged import placed, suggested, tagged
from webapp.posts.models import Post

GIVEN = {"utm_source": "mastodon", "utm_medium": "social", "utm_campaign": "autumn 26"}


def draft(cast, text):
    post = make.post(cast, [make.channel(cast)], text)
    db.commit()
    return str(post.id)


def form(text, **more):
    return {"version": "1", "language": "pl", "when": "slot", "text": text, **more}


def test_a_link_keeps_what_it_has_and_gets_its_parameters():
    assert tagged("https://x.example/a?b=1&utm_source=old#c", GIVEN) == (
        "https://x.example/a?b=1&utm_source=mastodon&utm_medium=social&utm_campaign=autumn+26#c"
    )
    assert tagged("https://x.example/", {"utm_source": ""}) == "https://x.example/"


@pytest.mark.parametrize("url", ["", "x.example", "javascript:alert(1)", "ftp://x.example", "https://x.example/a b"])
def test_what_is_no_link_is_refused(url):
    with pytest.raises(Invalid):
        tagged(url, GIVEN)


def test_it_stands_once_where_the_plain_one_stood():
    assert placed("See https://x.example/a now", "https://x.example/a", "L") == "See L now"
    assert placed("See this", "https://x.example/a", "L") == "See this\nL"
    assert placed("  ", "https://x.example/a", "L") == "L"


def test_the_button_saves_what_was_typed_with_the_link(cast):
    key = draft(cast, "Before")
    region = str(cast.warsaw.id)
    typed = form("Now https://x.example/a", region=region)
    answer = cast.author.post(
        f"/posts/{key}/link",
        {**typed, "link-url": "https://x.example/a", "link-utm_source": "mastodon", "link-utm_medium": ""},
    )
    assert answer.status_code == 303
    db.session.rollback()
    post = db.session.get(Post, uuid.UUID(key))
    assert post.text == "Now https://x.example/a?utm_source=mastodon"


def test_a_wrong_link_comes_back_with_everything(cast):
    key = draft(cast, "Before")
    answer = cast.author.post(
        f"/posts/{key}/link", {**form("Typed words", region=str(cast.warsaw.id)), "link-url": "nonsense"}
    )
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "Typed words" in html
    assert "Write a whole link" in html
    assert 'id="link" open' in html


def test_an_older_version_is_a_conflict_and_strangers_find_nothing(cast):
    key = draft(cast, "Before")
    values = {**form("x", region=str(cast.warsaw.id)), "version": "9", "link-url": "https://x.example/a"}
    assert cast.author.post(f"/posts/{key}/link", values).status_code == 409
    assert cast.stranger.post(f"/posts/{key}/link", values).status_code == 404


def test_what_suits_the_post_is_suggested(cast):
    post = make.post(cast, [], "https://x.example/?utm_source=a and https://y.example/b")
    assert suggested(post)["url"] == "https://y.example/b"
