"""Pictures of parts where a post is read and decided on: in its hash, on the card, and in what changed."""

import re
from typing import Any

import pytest

from tests.approvals import house
from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.approvals.life import carrying
from webapp.assets import store
from webapp.posts import difference, readings, revisions
from webapp.posts.models import Medium, Post


@pytest.fixture
def post(cast: Cast) -> Post:
    """Two parts, each with a picture, and one with the text."""
    here = make.channel(cast, network="mastodon", server="https://m.example")
    row = make.post(cast, [here], "One")
    row.parts = [{"kind": "thread", "text": "Two words"}, {"kind": "comment", "text": "Ask us"}]
    of = [make.asset(cast, colour) for colour in ("red", "blue", "green")]
    for asset, part in zip(of, ("", "part-1", "part-comment"), strict=True):
        make.picture(row, asset, alt=f"Seen {part or 'first'}", part=part)
    db.session.flush()
    return row


def at(post: Post, part: str) -> Medium:
    return next(medium for medium in post.media if medium.part == part)


def gone(post: Post) -> None:
    post.media.remove(at(post, "part-1"))


def moved(post: Post) -> None:
    at(post, "part-1").part = "part-comment"


def to_text(post: Post) -> None:
    at(post, "part-1").part = ""


def swapped(post: Post) -> None:
    one, two = at(post, "part-1"), at(post, "part-comment")
    one.part, two.part = two.part, one.part


def told(post: Post) -> None:
    at(post, "part-1").alt = "Seen anew"


def test_they_are_frozen_with_their_part_and_their_bytes_are_looked_at(cast: Cast, post: Post) -> None:
    frozen = revisions.freeze(post, cast.actor("author"))
    (entry,) = frozen.content["channels"]
    assert [[p["alt"] for p in row] for row in revisions.rows_of(entry)] == [
        ["Seen first"],
        ["Seen part-1"],
        ["Seen part-comment"],
    ]
    assert [p["alt"] for p in revisions.pictures_in(frozen.content)] == [
        "Seen first",
        "Seen part-1",
        "Seen part-comment",
    ]
    assert revisions.intact(frozen)
    assert not revisions.differs(post)
    key = revisions.rows_of(entry)[1][0]["key"]
    store.path_of(key).write_bytes(b"something else")
    assert not revisions.intact(frozen)


@pytest.mark.parametrize("change", [gone, moved, to_text, swapped, told])
def test_the_hash_and_the_difference_know_where_each_one_is(cast: Cast, post: Post, change: Any) -> None:
    before = revisions.freeze(post, cast.actor("author"))
    change(post)
    assert revisions.differs(post)
    content = revisions.working_content(post)
    found = difference.difference(before.content, content)
    assert (found.pictures > 0, found.alts > 0) == (change is not told, change is told)
    assert not difference.difference(content, content)
    assert carrying.changes(before.content, content) == ({"alt"} if change is told else None)


def test_a_part_without_pictures_is_frozen_as_before_there_were_any(cast: Cast, post: Post) -> None:
    post.media = []
    (entry,) = revisions.working_content(post)["channels"]
    assert entry["parts"][1:] == post.parts


def body(html: str) -> str:
    return html.split('id="main"')[1]


def test_card_page_and_comparison_show_them_at_their_parts(cast: Cast, post: Post) -> None:
    row = house.send(cast, post)
    order = r"Seen first.*One.*Part 2.*Seen part-1.*Two words.*First comment.*Seen part-comment.*Ask us"
    for page in (f"/posts/{post.id}/approval", f"/posts/{post.id}"):
        html = body(cast.approver.get(page).get_data(as_text=True))
        assert re.search(order, html, re.S)
        assert html.count('fetchpriority="high"') == 1
    readings.note(row.revision, cast.actor("approver"))
    again = db.session.get_one(Post, post.id)
    told(again)
    again.media.remove(at(again, "part-comment"))
    db.session.flush()
    house.send(cast, again)
    html = body(cast.approver.get(f"/posts/{post.id}/approval").get_data(as_text=True))
    assert "1 picture and 1 image description since you read it" in html
    assert "Seen part-comment" not in html
    compared = body(cast.approver.get(f"/posts/{post.id}/compare").get_data(as_text=True))
    assert re.search(r"Seen part-1.*Seen anew.*Other description", compared, re.S)
    assert "Taken out" in compared
    assert "Pictures are the same" not in compared


def test_without_a_description_nothing_is_sent_for_approval(cast: Cast, post: Post) -> None:
    at(post, "part-1").alt = ""
    db.commit()
    html = cast.author.get(f"/posts/{post.id}/edit").get_data(as_text=True)
    assert "1 picture has no description" in html
    assert cast.author.get(f"/posts/{post.id}").get_data(as_text=True).count("No description") == 1
