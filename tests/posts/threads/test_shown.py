"""Parts where a post is read and decided on: frozen with it, shown in order, with what changed since it was read."""

import re
from typing import Any

import pytest

from tests.approvals import house
from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.approvals.life import carrying
from webapp.approvals.workflows import conditions
from webapp.posts import difference, readings, revisions
from webapp.posts.models import Post
from webapp.push import quick

OLD = {
    "v": 1,
    "region": "r",
    "language": "pl",
    "as_soon": False,
    "instant": "2026-11-24T12:00:00Z",
    "zone": "Europe/Warsaw",
    "wall": "2026-11-24T13:00",
    "channels": [{"channel": "c", "network": "mastodon", "handle": "@c", "parts": [{"kind": "text", "text": "Hej"}]}],
}
HASH = "e622736650bebc9f659bca4773be034b3d9ea7a29ea3968b6198e9ca0b4698b9"


def thread(*texts: str, comment: str = "") -> list[dict[str, str]]:
    last = [{"kind": "comment", "text": comment}] if comment else []
    return [*({"kind": "thread", "text": text} for text in texts), *last]


@pytest.fixture
def post(cast: Cast) -> Post:
    here = make.channel(cast, network="mastodon", server="https://m.example")
    row = make.post(cast, [here], "One")
    row.parts = thread("Two words", comment="Ask us")
    db.session.flush()
    return row


def test_what_was_frozen_before_there_were_parts_keeps_its_hash() -> None:
    assert revisions.hash_of(OLD) == HASH


def test_a_post_without_parts_is_frozen_as_ever(cast: Cast, post: Post) -> None:
    post.parts = []
    (entry,) = revisions.working_content(post)["channels"]
    assert entry["parts"] == [{"kind": "text", "text": "One"}]


CHANGES: dict[str, Any] = {
    "other words": thread("Two birds", comment="Ask us"),
    "a part less": thread(comment="Ask us"),
    "no comment": thread("Two words"),
    "another order": thread("Ask us", comment="Two words"),
    "no comment but a part": thread("Two words", "Ask us"),
    "a part more": thread("Two words", "Three", comment="Ask us"),
    "none": [],
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_hash_and_the_difference_know_every_part(cast: Cast, post: Post, change: str) -> None:
    before = revisions.freeze(post, cast.actor("author"))
    assert revisions.intact(before)
    post.parts = CHANGES[change]
    assert revisions.differs(post)
    content = revisions.working_content(post)
    assert carrying.changes(before.content, content) is None
    assert difference.difference(before.content, content)
    assert not difference.difference(before.content, before.content)


def test_the_difference_counts_words_and_parts(cast: Cast, post: Post) -> None:
    before = revisions.working_content(post)
    post.parts = thread("Two birds", "Three more words", comment="Ask us")
    change = difference.difference(before, revisions.working_content(post))
    assert (change.texts, change.parts) == ((), 2)
    assert change.changes()[1] == "2 parts of the thread"
    post.parts = thread("Two birds", comment="Ask us")
    assert difference.difference(before, revisions.working_content(post)).changes() == ["1 word"]


def body(html: str) -> str:
    return html.split('id="main"')[1]


def test_the_card_and_the_page_show_the_thread_and_its_changes(cast: Cast, post: Post) -> None:
    row = house.send(cast, post)
    for page in (f"/posts/{post.id}/approval", f"/posts/{post.id}"):
        html = body(cast.approver.get(page).get_data(as_text=True))
        assert re.search(r"One.*Part 2.*Two words.*First comment.*Ask us", html, re.S)
    readings.note(row.revision, cast.actor("approver"))
    again = db.session.get_one(Post, post.id)
    again.parts = thread("Two birds")
    db.session.flush()
    house.send(cast, again)
    html = body(cast.approver.get(f"/posts/{post.id}/approval").get_data(as_text=True))
    assert "<del>words</del><ins>birds</ins>" in html
    assert re.search(r"Taken out.*<del>Ask us</del>", html, re.S)
    assert "1 part of the thread" in html
    whole = body(cast.approver.get(f"/posts/{post.id}/approval?whole=1").get_data(as_text=True))
    assert "Two birds" in whole
    assert "Taken out" not in whole
    compared = body(cast.approver.get(f"/posts/{post.id}/compare").get_data(as_text=True))
    assert "<del>words" in compared
    assert "<ins>birds" in compared
    assert "Words are the same" not in compared


def test_rules_read_every_part(cast: Cast, post: Post) -> None:
    assert conditions.of_working(post).texts == ("One", "Two words", "Ask us")


@pytest.mark.parametrize("parts", [[], thread("Two words")])
def test_a_thread_is_never_approved_unseen_from_a_notification(cast: Cast, post: Post, parts: Any) -> None:
    post.parts = parts
    db.session.flush()
    house.send(cast, post)
    made = quick.card(db.session.get_one(Post, post.id))
    assert made is not None
    assert made.whole is not bool(parts)
