"""Who decides in a stage, in which order, and who is asked: through the verbs and over HTTP."""

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.workflows.house import asked, give, make_role, person, publish, role, stage
from tests.posts import make
from webapp import db
from webapp.approvals import asking, clearance, decisions, recount
from webapp.approvals.models import Ask, Decision
from webapp.db import session
from webapp.errors import Forbidden
from webapp.events import Event
from webapp.people import leaving


def names(cast, row):
    """Names of those who are asked."""
    known = {person.id: name for name, person in cast.people.items()}
    return {known[person_id] for person_id in asked(row)}


def cleared(row):
    return clearance.is_cleared(row.post_id, row.revision_id)


def test_a_role_in_the_region_and_one_at_headquarters(cast):
    legal = make_role(cast)
    give(cast, "analyst", legal, cast.warsaw)
    give(cast, "planner", legal, cast.headquarters)
    give(cast, "teammate", legal, cast.dubai)
    publish(cast, stage("Legal", role(legal)))
    assert names(cast, house.waiting(cast)) == {"analyst", "planner"}
    publish(cast, stage("Legal", role(legal, "headquarters")))
    assert names(cast, house.waiting(cast, text="Two")) == {"planner"}


def test_who_is_named_and_may_not_look_there_is_not_asked(cast):
    publish(cast, stage("Named", person(cast, "teammate"), person(cast, "second")))
    assert names(cast, house.waiting(cast)) == {"second"}


def test_whoever_is_named_decides_without_the_right_to_approve(cast):
    publish(cast, stage("Named", person(cast, "analyst")))
    row = house.waiting(cast)
    page = cast.analyst.get("/approvals").get_data(as_text=True)
    assert "Hello" in page
    answer = cast.analyst.post(house.decision_url(row), house.decision_form(row))
    assert answer.status_code == 303
    assert cleared(row)
    row = house.waiting(cast, text="No")
    assert cast.analyst.get(f"/posts/{row.post_id}/approval/changes").status_code == 200
    assert cast.approver.post(house.decision_url(row), house.decision_form(row)).status_code == 403


def test_stages_in_order_ask_one_after_the_other(cast):
    publish(cast, stage("Brand", person(cast, "approver")), stage("Legal", person(cast, "second")))
    row = house.waiting(cast)
    assert names(cast, row) == {"approver"}
    with pytest.raises(Forbidden, match="not your turn"):
        house.decide(cast, row, "second")
    house.decide(cast, row, "approver")
    assert names(cast, row) == {"second"}
    assert not cleared(row)
    house.decide(cast, row, "second")
    assert (names(cast, row), cleared(row)) == (set(), True)


def test_stages_at_the_same_time_ask_both(cast):
    both = stage("Legal", person(cast, "second"), with_previous=True)
    publish(cast, stage("Brand", person(cast, "approver")), both, stage("Lead", person(cast, "administrator")))
    row = house.waiting(cast)
    assert names(cast, row) == {"approver", "second"}
    house.decide(cast, row, "second")
    assert names(cast, row) == {"approver"}
    house.decide(cast, row, "approver")
    assert names(cast, row) == {"administrator"}


def test_a_no_of_an_earlier_stage_still_counts(cast):
    publish(cast, stage("Brand", person(cast, "approver")), stage("Legal", person(cast, "second")))
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    house.decide(cast, row, "approver", "changes")
    assert house.state(row) == "sent_back"
    assert names(cast, row) == set()


def test_a_yes_of_legal_must_be_among_them(cast):
    everybody = [person(cast, name) for name in ("approver", "second", "administrator")]
    publish(cast, stage("Two", *everybody, needed=2, among=[person(cast, "analyst")]))
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    assert (names(cast, row), cleared(row)) == ({"analyst"}, False)
    with pytest.raises(Forbidden, match="among those"):
        house.decide(cast, row, "administrator")
    house.decide(cast, row, "analyst")
    assert cleared(row)


def test_the_path_that_was_frozen_stays(cast):
    publish(
        cast, stage("Brand", person(cast, "approver")), stage("Paid", person(cast, "second"), when=[{"key": "paid"}])
    )
    row = house.waiting(cast)
    assert [step["stage"] for step in row.path] == [0]
    publish(cast, stage("Only", person(cast, "administrator")))
    house.decide(cast, row, "approver")
    assert cleared(row)


def test_a_post_that_no_stage_asks_for_goes_to_the_first(cast):
    publish(cast, stage("Brand", person(cast, "second"), when=[{"key": "paid"}]))
    row = house.waiting(cast)
    assert (row.path, names(cast, row)) == ([{"stage": 0, "why": {"key": "otherwise"}}], {"second"})


def test_who_comes_is_asked_and_who_goes_is_not(cast):
    legal = make_role(cast)
    publish(cast, stage("Legal", role(legal)))
    row = house.waiting(cast)
    assert names(cast, row) == set()
    give(cast, "analyst", legal, cast.warsaw)
    tell(cast, "role.given")
    assert names(cast, row) == {"analyst"}
    leaving.deactivate(house.membership(cast, "analyst"), None, cast.actor("administrator"))
    db.commit()
    tell(cast, "member.deactivated")
    assert names(cast, row) == set()


def tell(cast, kind):
    """What the relay says after a change of people."""
    session.rollback()
    event = Event(kind=kind, organization_id=cast.organization.id, data={})
    event.subject_type, event.subject_id = "memberships", house.membership(cast, "author").id
    recount.on_event(event)
    recount.due()
    db.commit()


def test_what_was_missed_is_swept(cast):
    row = house.waiting(cast)
    session.execute(sa.delete(Ask))
    db.commit()
    assert swept() == 1
    assert names(cast, row) == {"approver", "second", "administrator"}
    assert swept() == 0


def swept():
    """What the clock does now and then; answers how many differed."""
    recount.ask_all()
    differed = recount.due()
    db.commit()
    return differed


def test_the_sweep_costs_the_same_for_many(cast, statements_of):
    channel = make.channel(cast)
    for n in range(12):
        house.waiting(cast, text=f"Post {n}", channels=[channel])
    assert len(statements_of(swept)) <= 16


@pytest.fixture
def statements_of():
    def count(what):
        seen = []
        listen = lambda _c, _cu, statement, *_more: seen.append(statement)  # noqa: E731
        sa.event.listen(db.engine(), "before_cursor_execute", listen)
        try:
            what()
        finally:
            sa.event.remove(db.engine(), "before_cursor_execute", listen)
        return seen

    return count


def test_rows_of_before_there_were_paths_ask_every_stage(cast):
    publish(cast, {"name": "One", "permission": "approve"}, {"name": "Two", "permission": "approve", "needed": "any"})
    row = house.waiting(cast)
    session.execute(sa.text("UPDATE submissions SET path = '[]'"))
    db.commit()
    house.decide(cast, row, "approver")
    assert not cleared(row)
    house.decide(cast, row, "second")
    assert cleared(row)


def rows_about(row):
    """How many rows there are about a submission, over or not."""
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).where(Ask.submission_id == row.id))


def test_what_is_over_is_cleared_away_later_and_asks_again_when_it_is_undone(cast):
    publish(cast, stage("Brand", person(cast, "approver"), person(cast, "second")))
    row = house.waiting(cast)
    made = house.decide(cast, row, "approver").id
    assert (names(cast, row), rows_about(row)) == (set(), 2)
    assert "Hello" not in cast.second.get("/approvals").get_data(as_text=True)
    decisions.undo(session.get_one(Decision, made), cast.actor("approver"))
    db.commit()
    assert names(cast, row) == {"approver", "second"}
    assert asking.clear_away() == 0
    made = house.decide(cast, row, "approver").id
    assert asking.clear_away() == 1
    db.commit()
    assert (rows_about(row), asking.clear_away()) == (0, 0)
    decisions.undo(session.get_one(Decision, made), cast.actor("approver"))
    db.commit()
    assert names(cast, row) == {"approver", "second"}
