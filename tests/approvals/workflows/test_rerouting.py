"""Labels, campaign or paid changed while a post waits: no stage is skirted, and a yes too few is asked for."""

import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.workflows.house import asked, person, publish, stage
from webapp import db
from webapp.approvals import clearance
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.posts.labels import catalog, filing
from webapp.posts.labels.filing import Filing
from webapp.posts.labels.models import Label
from webapp.posts.models import Post
from webapp.publishing.models import Delivery


def file(cast, row, *labels, paid=False):
    """Somebody files the post otherwise, committed."""
    session.rollback()
    post = session.get_one(Post, row.post_id)
    names = filing.apply(post, Filing(frozenset(labels), None, paid))
    filing.changed(post, names, cast.actor("author"))
    db.commit()


def cleared(row):
    return clearance.is_cleared(row.post_id, row.revision_id)


def two(cast):
    """Brand, and Legal where it is paid."""
    return publish(
        cast,
        stage("Brand", person(cast, "approver")),
        stage("Legal", person(cast, "second"), when=[{"key": "paid"}]),
    )


def test_a_stage_that_would_apply_now_comes_in(cast):
    two(cast)
    row = house.waiting(cast)
    file(cast, row, paid=True)
    assert [step["stage"] for step in house.stored(row).path] == [0, 1]
    house.decide(cast, row, "approver")
    assert not cleared(row)
    assert set(asked(row)) == {cast.people["second"].id}
    assert "submission.rerouted" in house.kinds(row)


def test_what_had_every_yes_waits_again(cast):
    two(cast)
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    assert house.state(row) == "scheduled"
    file(cast, row, paid=True)
    assert (cleared(row), house.state(row)) == (False, "waiting")
    house.decide(cast, row, "second")
    assert (cleared(row), house.state(row)) == (True, "scheduled")


def test_a_stage_that_was_asked_is_never_let_off(cast):
    two(cast)
    row = house.waiting(cast, paid=True)
    file(cast, row, paid=False)
    house.decide(cast, row, "approver")
    assert not cleared(row)
    file(cast, row, paid=True)
    assert [step["stage"] for step in house.stored(row).path] == [0, 1]


def test_another_workflow_asks_the_same_revision_anew(cast):
    two(cast)
    label = catalog.create(Label, {"name": "Pharma"}, cast.actor("administrator"))
    publish(cast, stage("Doctors", person(cast, "second")), scope="label", owner=label.id)
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    assert cleared(row)
    file(cast, row, label.id)
    assert house.stored(row).outcome == "superseded"
    last = house.rows(Submission)[-1]
    assert (last.revision_id, last.person_id) == (row.revision_id, row.person_id)
    assert not cleared(row)
    assert set(asked(last)) == {cast.people["second"].id}
    assert asked(row) == {}
    house.decide(cast, last, "second")
    assert cleared(row)
    assert house.state(row) == "scheduled"
    file(cast, row)
    assert house.rows(Submission)[-1].id != last.id
    assert not cleared(row), "taking the label off asks the other workflow in full"


def test_what_is_being_sent_is_left_alone(cast):
    two(cast)
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    session.execute(sa.update(Delivery).values(state="sending", tries=1))
    db.commit()
    file(cast, row, paid=True)
    assert cleared(row)
    assert session.get_one(Post, row.post_id).paid
    assert [step["stage"] for step in house.stored(row).path] == [0]


def test_a_draft_is_filed_without_any_of_that(cast):
    two(cast)
    row = house.waiting(cast)
    house.decide(cast, row, "approver", "changes")
    file(cast, row, paid=True)
    assert house.stored(row).outcome == "sent_back"
    assert len(house.rows(Submission)) == 1
