"""A move that is taken back gives back what it took away: only to the very content that had it, and over no doubt."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.life.house import workflow
from webapp import db, times
from webapp.approvals import clearance, decisions, submission
from webapp.approvals.life import holds
from webapp.approvals.models import Decision, Workflow
from webapp.db import session
from webapp.events import Event
from webapp.posts.models import Post


def sent(cast, row, hours=0, text=None, *, back=False):
    """Another time or text, and it is sent again."""
    post = session.get_one(Post, house.stored(row).post_id)
    planned = times.planned_from(post.planned_at + timedelta(hours=hours), post.zone)
    post.planned_at, post.wall = planned.at, planned.wall.isoformat(timespec="minutes")
    post.text = text or post.text
    session.flush()
    made = submission.submit(post, cast.actor("author"), back=back)
    db.commit()
    session.expunge_all()
    return made


def cleared(row):
    session.rollback()
    return clearance.is_cleared(row.post_id, row.revision_id)


def approved(cast, *who):
    workflow(cast, {"needed": 2})
    row = house.waiting(cast)
    for name in who or ("approver", "second"):
        house.decide(cast, row, name)
    return row


def test_every_yes_stands_again_and_names_both_versions(cast):
    first = approved(cast)
    moved = sent(cast, first, 1)
    assert not cleared(moved)
    back = sent(cast, moved, -1, back=True)
    assert cleared(back)
    assert house.state(back) == "scheduled"
    rows = [each for each in house.rows(Decision) if each.submission_id == back.id]
    assert {each.person_id for each in rows} == {cast.people["approver"].id, cast.people["second"].id}
    assert all(each.carried_id and each.revision_id == back.revision_id for each in rows)
    told = [event for event in house.rows(Event) if event.kind == "decision.given_back"]
    assert [(event.data["from_number"], event.data["number"], event.data["change"]) for event in told] == [
        (1, 3, [])
    ] * 2
    assert all(event.data["from_hash"] == event.data["hash"] for event in told)
    assert "The move was taken back: the yes of" in cast.author.get(f"/posts/{first.post_id}").get_data(as_text=True)


def test_one_yes_of_two_stands_again_and_the_other_is_asked_for(cast):
    back = sent(cast, sent(cast, approved(cast, "approver"), 1), -1, back=True)
    assert not cleared(back)
    house.decide(cast, back, "second")
    assert cleared(back)


def test_what_is_given_back_can_be_taken_back(cast):
    back = sent(cast, sent(cast, approved(cast), 1), -1, back=True)
    row = next(each for each in house.rows(Decision) if each.submission_id == back.id)
    decisions.undo(
        row, next(cast.actor(name) for name in ("approver", "second") if cast.people[name].id == row.person_id)
    )
    db.commit()
    assert not cleared(back)


def test_sent_by_hand_at_the_old_time_it_needs_its_yes_anew(cast):
    assert not cleared(sent(cast, sent(cast, approved(cast), 1), -1))


@pytest.mark.parametrize(("hours", "text"), [(-2, None), (0, None), (-1, "Hello!")])
def test_to_anything_else_than_what_had_it_nothing_is_given(cast, hours, text):
    moved = sent(cast, approved(cast), 1)
    back = sent(cast, moved, hours, text, back=True)
    assert not cleared(back)
    assert not [event for event in house.rows(Event) if event.kind == "decision.given_back"]


def test_over_two_moves_nothing_is_given(cast):
    first = approved(cast)
    assert not cleared(sent(cast, sent(cast, sent(cast, first, 1), 1), -2, back=True))


def take_back(cast, moved):
    decisions.undo(house.decide(cast, moved, "second"), cast.actor("second"))


def hold(cast, moved):
    post = house.stored(moved).post
    holds.hold(post, "Wait", times.now() + timedelta(days=1), cast.actor("second"))
    db.commit()
    holds.lift(house.stored(moved).post, cast.actor("second"))


def say_no(cast, moved):
    house.decide(cast, moved, "second", "changes")


def withdraw(cast, moved):
    submission.withdraw(house.stored(moved).post, cast.actor("author"))


def newer_workflow(cast, _moved):
    line = session.scalars(sa.select(Workflow).where(Workflow.current, Workflow.scope == "organization")).one()
    line.current = False
    session.flush()
    workflow(cast, {"needed": 2, "name": "Another"}, line_id=line.line_id, version=2)


@pytest.mark.parametrize(
    ("meanwhile", "given"),
    [(take_back, False), (hold, False), (say_no, False), (newer_workflow, False), (withdraw, True)],
)
def test_a_doubt_or_another_path_meanwhile_asks_anew(cast, meanwhile, given):
    """Withdrawing says nothing about the content: what stood on it stands again once it is sent as it was."""
    moved = sent(cast, approved(cast), 1)
    meanwhile(cast, moved)
    db.commit()
    assert cleared(sent(cast, moved, -1, back=True)) is given


def test_a_yes_that_was_carried_along_and_taken_back_there_is_not_given(cast):
    workflow(cast, {}, carries=["time"])
    first = house.waiting(cast)
    house.decide(cast, first)
    moved = sent(cast, first, 1)
    carried = next(each for each in house.rows(Decision) if each.submission_id == moved.id)
    decisions.undo(carried, cast.actor("approver"))
    db.commit()
    assert not cleared(sent(cast, moved, -1, back=True))


def test_who_approved_and_may_no_more_counts_no_more(cast):
    moved = sent(cast, approved(cast), 1)
    house.take_roles(cast, "second")
    assert not cleared(sent(cast, moved, -1, back=True))
