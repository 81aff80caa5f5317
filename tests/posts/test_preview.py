"""A post as its network will cut and crop it, on the card and on its page; never cropped without saying so."""

import re

import pytest

from tests.approvals import house
from tests.posts import make
from webapp.posts import preview
from webapp.posts.models import Post

LINES = "\n".join(f"Line {n}" for n in range(1, 36))


def sent(cast, network: str, text: str = "Hello", pictures: int = 0):
    colours = ("teal", "red", "navy", "olive")
    assets = [make.asset(cast, colour) for colour in colours[:pictures]]
    post = make.post(cast, [make.channel(cast, network=network)], text)
    for n, each in enumerate(assets):
        make.picture(post, each, position=n)
    return house.send(cast, post)


def pages(cast, row):
    for path in (f"/posts/{row.post_id}/approval", f"/posts/{row.post_id}"):
        yield cast.approver.get(path).get_data(as_text=True)


@pytest.mark.parametrize(("network", "last"), [("bluesky", 25), ("mastodon", 32)])
def test_the_text_folds_where_its_network_folds_it(cast, network, last):
    row = sent(cast, network, LINES)
    for html in pages(cast, row):
        copy = re.search(r'<p class="copy".*?</p>', html, re.S)
        assert copy
        seen, hidden = re.split(r'<span class="fold"[^>]*>See more</span>', copy[0])
        assert seen.rstrip().endswith(f"Line {last}")
        assert hidden.startswith(f"Line {last + 1}\n")


def test_what_is_shown_whole_has_no_mark(cast):
    for html in pages(cast, sent(cast, "site", LINES, pictures=2)):
        assert 'class="fold"' not in html
        assert "Cropped" not in html
    for html in pages(cast, sent(cast, "bluesky", "Short", pictures=1)):
        assert 'class="fold"' not in html
        assert "Cropped" not in html


def test_a_crop_is_drawn_over_the_whole_picture_and_named(cast):
    for html in pages(cast, sent(cast, "bluesky", pictures=2)):
        assert html.count("Cropped in lists") == 2
        assert html.count('<rect x="10.0" y="0.0" width="40.0" height="40.0"/>') == 2
        assert html.count("<figure>") == 2


def test_a_link_says_what_becomes_of_it(cast):
    linked = "Look at https://example.com/tea"
    for network, words in (("bluesky", "without a preview card"), ("mastodon", "makes a preview card")):
        for html in pages(cast, sent(cast, network, linked)):
            assert words in html
    for html in pages(cast, sent(cast, "bluesky", "No link")):
        assert "preview card" not in html


def test_the_fold_lies_in_the_new_text_when_changes_are_shown(cast):
    from webapp.db import session

    row = sent(cast, "bluesky", LINES)
    cast.approver.post(f"/posts/{row.post_id}/revisions/{row.revision_id}/reading")
    house.rewrite(cast, session.get_one(Post, row.post_id), "Line 0\n" + LINES)
    html = next(iter(pages(cast, row)))
    before = html.split('<span class="fold"')[0]
    assert re.search(r"Line 24\s*$", re.sub(r"</?(ins|del)>", "", before))


def test_nothing_is_nothing():
    assert preview.of(None) == preview.Preview()
