"""Hashtags: what becomes a link there, what only looks like one."""

import pytest

from tests.posts import make
from webapp.networks import tags
from webapp.posts import checks
from webapp.posts.checks import hashtags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#one and #two_2.", ["one", "two_2"]),
        ("a#b https://x.example/#c &#39; ##d", []),
        ("#zażółć #東京 #كتاب", ["zażółć", "東京", "كتاب"]),
        ("#back-to-school #2026", ["back-to-school", "2026"]),
    ],
)
def test_tags_are_found_outside_of_links(text, found):
    assert list(tags.tags(text)) == found


def test_only_a_part_may_become_a_link():
    assert tags.linked("back-to-school") == "back"
    assert tags.linked("2026") == ""
    assert tags.linked("x" * 80) == "x" * 64
    assert tags.linked("fine") == "fine"


def titles(cast, text, network="mastodon"):
    post = make.post(cast, [make.channel(cast, network=network)], text)
    return [c.title for c in checks.of_working(post).checks if c.key == "hashtag"]


def test_what_is_wrong_is_said_with_its_remedy(cast):
    assert titles(cast, "#back-to-school #1") == ["#back-to-school becomes #back", "#1 is no hashtag"]
    assert titles(cast, "#One #one") == ["#one is there twice"]
    assert titles(cast, " ".join(f"#t{n}" for n in range(hashtags.MANY + 1))) == ["9 hashtags"]
    assert titles(cast, "#fine words") == []
    assert titles(cast, "#1", "site") == []
