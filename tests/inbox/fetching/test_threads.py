"""Our own further parts are no comments, and what answers them is one."""

import pytest

from tests.inbox.fetching.house import BOB, channel, conversations, item, kept, seen
from tests.publishing import house as publishing
from webapp import db

PARTS = [{"id": each, "url": "", "details": {}} for each in ("post", "two", "three")]


def thread(cast, state="published", out=3):
    """A delivery of three parts, as far as it is out."""
    here = channel(cast, network="mastodon")
    row = publishing.cleared(cast, [here], minutes=30)
    delivery = publishing.one(row)
    delivery.remote_id, delivery.state, delivery.part, delivery.out = "post", state, out, PARTS[:out]
    db.commit()
    return here, delivery


def ours(remote_id, parent):
    return item(remote_id, parent, side="out", root_id="post")


def test_parts_are_not_listed_and_answers_to_them_are_conversations(cast):
    here, delivery = thread(cast)
    came = [ours("two", "post"), ours("three", "two"), item("a", "two", root_id="post"), item("b", author=BOB)]
    assert kept(here, *came).new == 2
    found = conversations(here)
    assert set(found) == {"a", "b"}
    assert [(each.kind, each.unanswered, each.delivery_id) for each in found.values()] == [
        ("comment", 1, delivery.id)
    ] * 2


def test_they_never_count_as_an_answer_given_there(cast):
    here, _delivery = thread(cast)
    kept(here, item("a", root_id="post"))
    kept(here, ours("two", "post"), ours("three", "two"))
    assert [each.unanswered for each in conversations(here).values()] == [1]


@pytest.mark.parametrize("state", ["sending", "unknown", "scheduled", "failed", "dropped"])
def test_a_part_that_we_do_not_know_of_yet_is_left_out_too(cast, state):
    here, _delivery = thread(cast, state, out=2)
    came = [ours("two", "post"), ours("three", "two"), item("a", "three", root_id="post")]
    kept(here, *came)
    assert "three" not in seen(here)
    assert [message[0] for row in seen(here).values() for message in row[-1]] == ["a"]


def test_what_somebody_of_us_adds_there_later_is_a_message_as_ever(cast):
    here, _delivery = thread(cast)
    assert kept(here, ours("by hand", "three")).new == 1
