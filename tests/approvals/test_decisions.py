"""The verbs: a yes, a no, taking it back, and everybody who may not."""

from datetime import timedelta

import pytest

from tests.approvals import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import clearance, decisions, submission, sweep
from webapp.approvals.models import Decision, Submission
from webapp.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from webapp.posts import readings
from webapp.publishing.models import Delivery


def cleared(row):
    return clearance.is_cleared(row.post_id, row.revision_id)


def test_one_yes_clears_exactly_this_revision(cast):
    row = house.waiting(cast)
    assert house.state(row) == "waiting"
    assert not cleared(row)
    made = house.decide(cast, row)
    assert cleared(row)
    assert house.state(row) == "scheduled"
    assert house.kinds(house.stored(row)) == ["submission.cleared"]
    assert house.kinds(made) == ["decision.made"]
    [delivery] = house.rows(Delivery)
    assert (delivery.revision_id, delivery.due_at) == (row.revision_id, row.deadline)


@pytest.mark.parametrize("who", ["author", "analyst", "teammate", "planner"])
def test_who_may_not(cast, who):
    row = house.waiting(cast)
    with pytest.raises(Forbidden):
        house.decide(cast, row, who)
    assert house.rows() == []


def test_an_approver_who_wrote_it_leaves_it_to_another(cast):
    row = house.waiting(cast, by="administrator")
    with pytest.raises(Forbidden, match="wrote it"):
        house.decide(cast, row, "administrator")
    house.decide(cast, row, "approver")
    assert cleared(row)


def test_an_approver_who_only_sent_it_leaves_it_to_another(cast):
    post = make.post(cast, [make.channel(cast)])
    row = house.send(cast, post, "administrator")
    with pytest.raises(Forbidden, match="sent it"):
        house.decide(cast, row, "administrator")


@pytest.mark.parametrize(("verdict", "outcome"), [("changes", "sent_back"), ("reject", "rejected")])
def test_a_no_ends_it_and_says_why(cast, verdict, outcome):
    row = house.waiting(cast)
    made = house.decide(cast, row, verdict=verdict, reasons=("claim", "typo"), comment="The claim is too strong")
    assert house.stored(row).outcome == house.state(row) == outcome
    assert (made.comment, made.reasons) == ("The claim is too strong", ["claim", "typo"])
    with pytest.raises(Conflict, match=r"(asked for changes|rejected it)"):
        house.decide(cast, row, "second")
    assert not cleared(row)


@pytest.mark.parametrize(
    ("verdict", "more"),
    [("reject", {"comment": " "}), ("changes", {"comment": ""}), ("approve", {"reasons": ("rude",)}), ("maybe", {})],
)
def test_a_no_without_a_reason_is_none(cast, verdict, more):
    row = house.waiting(cast)
    with pytest.raises(Invalid):
        decisions.decide(house.stored(row), row.revision_id, verdict, cast.actor("approver"), **more)
    db.rollback()
    assert house.rows() == []


def test_a_stale_yes_is_refused_with_what_is_current(cast):
    row = house.waiting(cast, text="Chłodniejsze wieczory")
    newer = house.rewrite(cast, row.post, "Cieplejsze wieczory")
    with pytest.raises(Conflict) as caught:
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("approver"))
    db.rollback()
    assert caught.value.context["read"].id == row.revision_id
    assert caught.value.context["submission"].id == newer.id
    assert house.rows() == []
    assert not cleared(row)
    assert not cleared(newer)


@pytest.mark.parametrize("verdict", ["changes", "reject"])
def test_a_stale_no_is_refused_too(cast, verdict):
    row = house.waiting(cast)
    house.rewrite(cast, row.post, "Other words")
    with pytest.raises(Conflict, match="Version 2"):
        house.decide(cast, row, verdict=verdict)
    db.rollback()
    assert house.rows() == []


def test_another_posts_revision_is_none(cast):
    row, other = house.waiting(cast), house.waiting(cast)
    with pytest.raises(NotFound):
        decisions.decide(house.stored(row), other.revision_id, "approve", cast.actor("approver"))


def test_an_edit_needs_its_yes_again(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    newer = house.rewrite(cast, row.post, "One word more")
    assert not cleared(row)
    assert not cleared(newer)
    assert house.state(row) == "waiting"
    assert [d.state for d in house.rows(Delivery)] == ["cancelled"]


def test_the_same_yes_again_is_the_one_there_is(cast):
    row = house.waiting(cast)
    assert house.decide(cast, row).id == house.decide(cast, row).id
    assert len(house.rows()) == 1


def test_a_no_comes_before_the_yes_of_another(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    house.decide(cast, row, "second", "changes")
    assert not cleared(row)
    assert house.state(row) == "sent_back"
    assert [d.state for d in house.rows(Delivery)] == ["cancelled"]


def test_changing_ones_mind_leaves_one_standing_decision(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    house.decide(cast, row, verdict="reject")
    standing = [d.verdict for d in house.rows() if d.undone_at is None]
    assert standing == ["reject"]
    assert house.state(row) == "rejected"


def test_undo_takes_the_yes_and_what_was_planned(cast):
    row = house.waiting(cast)
    made = house.decide(cast, row)
    decisions.undo(made, cast.actor("approver"))
    db.commit()
    assert not cleared(row)
    assert house.state(row) == "waiting"
    assert [d.state for d in house.rows(Delivery)] == ["cancelled"]
    again = house.decide(cast, row)
    assert again.id != made.id
    assert cleared(row)
    assert house.state(row) == "scheduled"


def test_undo_of_a_no_lets_it_wait_again(cast):
    row = house.waiting(cast)
    made = house.decide(cast, row, verdict="changes")
    decisions.undo(made, cast.actor("approver"))
    db.commit()
    assert house.state(row) == "waiting"
    assert house.stored(row).outcome is None
    house.decide(cast, row, "second")
    assert cleared(row)


def test_undo_of_a_no_after_a_newer_version_is_refused(cast):
    row = house.waiting(cast)
    house.decide(cast, row, verdict="changes")
    house.rewrite(cast, row.post, "Better words")
    with pytest.raises(Conflict, match="newer version"):
        decisions.undo(house.rows()[0], cast.actor("approver"))


def test_only_ones_own_decision_and_twice_is_once(cast):
    row = house.waiting(cast)
    made = house.decide(cast, row)
    with pytest.raises(Forbidden):
        decisions.undo(made, cast.actor("second"))
    for _ in range(2):
        decisions.undo(made, cast.actor("approver"))
        db.commit()
    assert house.kinds(made) == ["decision.made", "decision.undone"]


@pytest.mark.parametrize("state", ["sending", "unknown", "published"])
def test_undo_ends_when_sending_starts(cast, state):
    row = house.waiting(cast)
    made = house.decide(cast, row)
    house.rows(Delivery)[0].state = state
    db.commit()
    with pytest.raises(Conflict, match="being sent"):
        decisions.undo(made, cast.actor("approver"))
    db.rollback()
    assert cleared(row)
    with pytest.raises(Conflict, match="being sent"):
        house.decide(cast, row, "second", "reject")
    db.rollback()
    assert cleared(row)


def test_those_who_left_no_longer_count(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    house.membership(cast, "approver").deactivated_at = times.now()
    db.commit()
    assert not cleared(row)


def test_those_who_lost_the_role_no_longer_count(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    house.take_roles(cast, "approver")
    assert not cleared(row)


def test_a_slot_that_passes_expires_and_says_so(cast, clock):
    row, later = house.waiting(cast), house.waiting(cast, as_soon=True)
    assert sweep.expire_due() == 0
    clock.forward(days=1, seconds=1)
    with pytest.raises(Gone):
        house.decide(cast, row)
    db.rollback()
    assert sweep.expire_due() == 1
    db.commit()
    assert sweep.expire_due() == 0
    assert house.state(row) == "expired"
    assert house.state(later) == "waiting"
    assert "submission.expired" in house.kinds(house.stored(row))
    assert house.rows(Delivery) == []
    with pytest.raises(Gone):
        house.decide(cast, row)


def test_what_is_cleared_does_not_expire(cast, clock):
    row = house.waiting(cast)
    house.decide(cast, row)
    clock.forward(days=2)
    assert sweep.expire_due() == 0
    assert cleared(row)


@pytest.mark.parametrize(
    ("left", "age", "counts"),
    [(240, 31, False), (240, 29, True), (301, 3600, True), (299, None, True), (299, 31, False)],
)
def test_a_yes_that_waited_on_a_phone_needs_five_minutes(cast, clock, left, age, counts):
    row = house.waiting(cast)
    clock.at = row.deadline - timedelta(seconds=left)
    tapped = None if age is None else clock.at - timedelta(seconds=age)
    if counts:
        house.decide(cast, row, tapped_at=tapped)
        assert cleared(row)
        return
    with pytest.raises(Gone, match="too close"):
        house.decide(cast, row, tapped_at=tapped)
    db.rollback()
    assert house.rows() == []
    house.decide(cast, row, verdict="changes", tapped_at=tapped)
    assert house.state(row) == "sent_back"


def test_as_soon_as_approved_goes_out_now(cast, clock):
    row = house.waiting(cast, as_soon=True, planned_at=None, wall="")
    assert row.deadline is None
    house.decide(cast, row)
    assert [d.due_at for d in house.rows(Delivery)] == [clock.at]


def test_sending_the_very_same_again_changes_nothing(cast):
    row = house.waiting(cast)
    assert house.send(cast, house.stored(row).post).id == row.id
    assert len(house.rows(Submission)) == 1


def test_what_is_blocked_is_not_sent(cast):
    post = make.post(cast, [make.channel(cast)], planned_at=times.now() - timedelta(hours=1))
    with pytest.raises(Invalid) as caught:
        submission.submit(post, cast.actor("author"))
    assert caught.value.fields == {"when": "The time has passed"}
    db.rollback()
    assert house.rows(Submission) == []


def test_taking_it_back(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    submission.withdraw(house.stored(row).post, cast.actor("author"))
    db.commit()
    assert house.state(row) == "draft"
    assert not cleared(row)
    assert [d.state for d in house.rows(Delivery)] == ["cancelled"]
    with pytest.raises(Conflict):
        submission.withdraw(house.stored(row).post, cast.actor("author"))


def test_deciding_is_reading(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    assert readings.last_read(cast.people["approver"].id, row.post_id).id == row.revision_id


def test_a_decision_keeps_when_it_was_tapped(cast, clock):
    row = house.waiting(cast)
    tapped = clock.at - timedelta(minutes=3)
    house.decide(cast, row, tapped_at=tapped)
    [made] = house.rows(Decision)
    assert (made.at, made.tapped_at) == (clock.at, tapped)
