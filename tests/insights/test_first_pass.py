"""How often the first version gets its yes."""

from datetime import timedelta

from tests.approvals import house as approvals
from tests.approvals.workflows import house as flows
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.posts.models import Post

from . import house
from .house import at, decided, read, waiting


def counts(cast, **args):
    found = read(cast, **args).first.now
    return found.counts["passed"], found.counts["sent_back"], found.counts["rejected"], found.rate


def test_a_yes_a_no_and_what_has_no_answer(cast, clock):
    for _n in range(3):
        decided(cast, clock, 10)
    decided(cast, clock, 10, "changes")
    decided(cast, clock, 10, "reject")
    waiting(cast)
    assert counts(cast) == (3, 1, 1, 60)
    page = house.screen(cast)
    assert "3 yes, 1 sent back, 1 rejected" in page
    assert 'fill="url(#hat)"' in page  # a pattern, not the colour alone


def test_a_second_version_counts_no_more(cast, clock):
    row = decided(cast, clock, 10, "changes")
    clock.forward(minutes=30)
    again = approvals.rewrite(cast, approvals.stored(row).post, "Better words")
    clock.forward(minutes=10)
    approvals.decide(cast, again)
    assert counts(cast) == (0, 1, 0, 0)


def test_only_the_last_yes_of_several_stages_answers(cast, clock):
    flows.publish(
        cast,
        flows.stage("Brand", flows.person(cast, "approver")),
        flows.stage("Legal", flows.person(cast, "second")),
    )
    row = waiting(cast)
    clock.forward(minutes=10)
    approvals.decide(cast, row)
    assert counts(cast) == (0, 0, 0, None)
    clock.forward(minutes=10)
    approvals.decide(cast, row, "second", "changes")
    assert counts(cast) == (0, 1, 0, 0)


def test_what_its_author_took_back_was_not_answered(cast, clock):
    row = waiting(cast)
    clock.forward(minutes=5)
    submission.withdraw(session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    assert counts(cast) == (0, 0, 0, None)


def test_a_no_that_was_taken_back(cast, clock):
    row = decided(cast, clock, 10, "changes")
    made = session.query(Decision).filter(Decision.submission_id == row.id).one()
    decisions.undo(made, cast.actor("approver"))
    db.commit()
    clock.forward(minutes=10)
    approvals.decide(cast, row)
    assert counts(cast) == (1, 0, 0, 100)


def test_a_version_that_another_workflow_asked_about_again_is_one_version(cast, clock):
    row = waiting(cast)
    clock.forward(minutes=10)
    workflow = flows.publish(
        cast, flows.stage("Legal", flows.person(cast, "second")), scope="region", owner=cast.warsaw.id
    )
    again = submission.again(approvals.stored(row), workflow, cast.actor("administrator"))
    db.commit()
    session.expunge_all()
    clock.forward(minutes=10)
    approvals.decide(cast, again, "second")
    assert counts(cast) == (1, 0, 0, 100)


def test_a_lower_rate_is_amber(cast, clock):
    at(clock, day=1)
    decided(cast, clock, 10)
    at(clock)
    decided(cast, clock, 10)
    decided(cast, clock, 10, "changes")
    change = read(cast, days=7).changes["first"]
    assert (change.text, change.icon, change.worse) == ("50 points lower than in the 7 days before", "arrow-down", True)


def test_by_region(cast, clock):
    decided(cast, clock, 10)
    house.dubai(cast, clock, 10, "changes")
    found = read(cast)
    rates = {found.regions[each].name: answers.rate for each, answers in found.first.by_region.items()}
    assert rates == {"Warsaw": 100, "Dubai": 0}
    assert counts(cast, region=cast.dubai.id) == (0, 1, 0, 0)


def test_the_period_is_that_of_the_answer(cast, clock):
    row = waiting(cast)
    clock.forward(days=8)
    approvals.decide(cast, row)
    assert counts(cast, days=7)[0] == 1
    clock.at += timedelta(days=7)
    assert counts(cast, days=7)[0] == 0
    assert read(cast, days=7).first.before.rate == 100
    assert times.now() == clock.at
