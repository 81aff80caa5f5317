"""Headquarters changes a claim at the instant at which somebody sends or approves the old one: it never goes out."""

import pytest
import sqlalchemy as sa

from tests.approvals import house as approvals
from tests.approvals.life.test_at_once import at_once
from tests.posts.adapting import house
from tests.posts.adapting.house import CLAIM, TEXT
from webapp.approvals import decisions, submission
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.posts.adapting import asking
from webapp.posts.models import Post
from webapp.publishing.models import Delivery

BETTER = "Now with half the sugar."


def changing(cast, row):
    """Headquarters hands on another claim."""
    house.rewrite(house.stored_master(row), TEXT.replace(CLAIM, BETTER))
    planner, master_id = cast.actor("planner"), row.master_id

    def verb():
        asking.hand_on(session.get_one(Post, master_id), asking.Handing(passages=[BETTER]), planner)

    return verb


def planned():
    session.rollback()
    return list(session.scalars(sa.select(Delivery.id).where(Delivery.state == "scheduled")))


@pytest.mark.parametrize("round_", range(3))
def test_a_yes_and_a_new_claim(cast, round_):
    row = house.asked(cast)
    sent = approvals.send(cast, house.stored(row.post))
    change, approver = changing(cast, row), cast.actor("approver")

    def yes():
        decisions.decide(session.get_one(Post, row.post_id), sent.revision_id, "approve", approver)

    told = at_once({"change": change, "yes": yes})
    assert told["change"] == ""
    assert approvals.stored(sent).outcome == "withdrawn", told
    assert not planned()


@pytest.mark.parametrize("round_", range(3))
def test_sending_and_a_new_claim(cast, round_):
    row = house.asked(cast)
    change, author = changing(cast, row), cast.actor("author")

    def send():
        submission.submit(session.get_one(Post, row.post_id), author)

    told = at_once({"change": change, "send": send})
    assert told["change"] == ""
    assert [each for each in approvals.rows(Submission) if each.ended_at is None] == [], told
