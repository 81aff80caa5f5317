"""How long decisions took: hand-made histories whose medians are known."""

from datetime import timedelta

import pytest

from tests.approvals import house as approvals
from tests.approvals.workflows import house as flows
from tests.posts import make
from webapp import db, times
from webapp.approvals import decisions
from webapp.approvals.life import holds
from webapp.approvals.models import Decision, Workflow
from webapp.db import session
from webapp.insights import frame

from . import house
from .house import at, decided, minutes, read, waiting


def undo(cast, made, who="approver"):
    session.rollback()
    decisions.undo(session.get_one(Decision, made.id), cast.actor(who))
    db.commit()


def test_median_and_nine_of_ten(cast, clock):
    for n, after in enumerate((10, 20, 30, 40, 50, 60, 70, 80, 90, 400)):
        at(clock, day=1 + n % 5, hour=7)
        decided(cast, clock, after)
    at(clock)
    found = read(cast).whole
    assert (found.count, minutes(found.median, found.ninth)) == (10, [55, 90])
    page = house.screen(cast)
    assert "55\u00a0min" in page
    assert "Nothing to compare with" in page


def test_working_hours_of_the_region_beside_the_clock(cast, clock):
    at(clock, day=5, hour=14)  # Friday, 16:00 in Warsaw, where work ends at 17:00
    decided(cast, clock, (2 * 24 + 17) * 60 + 30)  # Monday, 9:30 there
    found = read(cast).whole
    assert minutes(found.median, found.worked_median) == [3930, 90]


def test_what_was_taken_back_is_no_decision(cast, clock):
    row = waiting(cast)
    clock.forward(minutes=5)
    made = approvals.decide(cast, row)
    clock.forward(minutes=1)
    undo(cast, made)
    clock.forward(minutes=54)
    approvals.decide(cast, row)
    found = read(cast).whole
    assert (found.count, minutes(found.median)) == (1, 60)


def two_stages(cast, **second):
    flows.publish(
        cast,
        flows.stage("Brand", flows.person(cast, "approver")),
        flows.stage("Legal", flows.person(cast, "second"), **second),
    )


def test_a_stage_opens_when_the_one_before_passes(cast, clock):
    two_stages(cast)
    row = waiting(cast)
    clock.forward(minutes=30)
    approvals.decide(cast, row, "approver")
    clock.forward(minutes=10)
    approvals.decide(cast, row, "second")
    stages = read(cast).groups["stage"]
    assert {name: minutes(found.median) for name, found in stages.items()} == {"Brand": 30, "Legal": 10}
    assert list(stages) == ["Brand", "Legal"]  # the slowest first


def test_stages_at_the_same_time_open_together(cast, clock):
    two_stages(cast, with_previous=True)
    row = waiting(cast)
    clock.forward(minutes=30)
    approvals.decide(cast, row, "approver")
    clock.forward(minutes=10)
    approvals.decide(cast, row, "second")
    stages = read(cast).groups["stage"]
    assert {name: minutes(found.median) for name, found in stages.items()} == {"Brand": 30, "Legal": 40}


def test_a_yes_that_was_taken_back_later_had_opened_the_next_stage(cast, clock):
    two_stages(cast)
    row = waiting(cast)
    clock.forward(minutes=30)
    brand = approvals.decide(cast, row, "approver")
    clock.forward(minutes=10)
    approvals.decide(cast, row, "second", "changes")
    row = approvals.stored(row)
    brand = session.get_one(Decision, brand.id)
    brand.undone_at = times.now() + timedelta(minutes=1)
    db.commit()
    assert minutes(read(cast).groups["stage"]["Legal"].median) == 10


def test_time_on_hold_is_nobodys(cast, clock):
    row = waiting(cast)
    clock.forward(minutes=5)
    session.rollback()
    holds.hold(approvals.stored(row).post, "Wait", times.now() + timedelta(days=5), cast.actor("approver"))
    db.commit()
    clock.forward(minutes=240)
    holds.lift(approvals.stored(row).post, cast.actor("approver"))
    db.commit()
    clock.forward(minutes=15)
    approvals.decide(cast, row)
    assert minutes(read(cast).whole.median) == 15


def test_a_carried_yes_is_no_decision_but_opens_the_next_stage(cast, clock):
    two_stages(cast)
    workflow = (
        session.query(Workflow).filter(Workflow.current, Workflow.name != "").order_by(Workflow.id.desc()).first()
    )
    workflow.carries = ["time"]
    db.commit()
    row = approvals.waiting(cast)
    clock.forward(minutes=10)
    approvals.decide(cast, row, "approver")
    clock.forward(minutes=60)
    post = approvals.stored(row).post
    later = times.planned_from(post.planned_at + timedelta(days=1), post.zone)
    post.planned_at, post.wall = later.at, later.wall.isoformat(timespec="minutes")
    session.flush()
    again = approvals.send(cast, post)
    clock.forward(minutes=20)
    approvals.decide(cast, again, "second")
    stages = read(cast).groups["stage"]
    assert {name: (found.count, minutes(found.median)) for name, found in stages.items()} == {
        "Brand": (1, 10),
        "Legal": (1, 20),
    }


def test_by_region_and_role(cast, clock):
    legal = flows.make_role(cast, "Legal", "view", "comment", "approve")
    flows.give(cast, "second", legal, cast.warsaw)
    decided(cast, clock, 10)
    decided(cast, clock, 50, who="second")
    house.dubai(cast, clock, 30)
    found = read(cast).groups
    assert {name: minutes(each.median) for name, each in found["region"].items()} == {"Warsaw": 30, "Dubai": 30}
    assert {name: minutes(each.median) for name, each in found["role"].items()} == {"Approver": 30}
    flows.publish(cast, flows.stage("Law", flows.role(legal)))
    decided(cast, clock, 70, who="second")  # the role that the stage asks for
    assert minutes(read(cast).groups["role"]["Legal"].median) == 70


def test_who_has_no_role_any_more_still_counts(cast, clock):
    decided(cast, clock, 10)
    for grant in approvals.membership(cast, "approver").grants:
        session.delete(grant)
    db.commit()
    assert list(read(cast).groups["role"]) == ["No role any more"]


def test_slower_is_amber_and_faster_is_not(cast, clock):
    at(clock, day=1)
    decided(cast, clock, 60)
    at(clock, day=10)
    decided(cast, clock, 150)
    changes = read(cast, days=7).changes
    assert changes["took"].text == "1\u00a0h\u00a030\u00a0min slower than in the 7 days before"
    assert changes["took"].worse
    assert 'class="chg bad"' in house.screen(cast, query="?days=7")
    at(clock, day=17)
    decided(cast, clock, 30)
    change = read(cast, days=7).changes["took"]
    assert (change.icon, change.worse) == ("arrow-down", False)


def test_days_are_those_of_the_region(cast, clock):
    at(clock, day=2, hour=22, minute=30)  # the 3rd in Warsaw, the 2nd in London, where the administrator reads
    decided(cast, clock, 10)
    assert [str(day) for day in read(cast, region=cast.warsaw.id).by_day] == ["2026-06-03"]
    assert [str(day) for day in read(cast).by_day] == ["2026-06-02"]
    assert "Days are counted in Warsaw." in house.screen(cast, query=f"?region={cast.warsaw.id}")
    assert "Days are counted in London." in house.screen(cast)


def test_the_edges_of_a_period(cast, clock):
    at(clock, day=3, hour=21, minute=50)  # 23:50 in Warsaw
    decided(cast, clock, 5)
    at(clock, day=3, hour=21, minute=56)
    decided(cast, clock, 5)  # decided on the 4th, the first of the seven days to the 10th
    at(clock, day=10)
    found = read(cast, days=7, region=cast.warsaw.id)
    assert (found.whole.count, found.whole_before.count) == (1, 1)
    assert found.frame.columns[0].isoformat() == "2026-06-04"


def test_weeks_are_counted_back_from_today(cast, clock):
    found = read(cast, days=90).frame
    assert len(found.columns) == 13
    assert found.columns[-1].isoformat() == "2026-06-04"
    assert found.column(times.now()) == found.columns[-1]
    assert found.column(found.start) == found.columns[0] == found.first


def test_an_empty_house_says_what_will_be_here(cast, clock):
    assert "No numbers yet" in house.screen(cast)


def test_a_stage_that_is_gone(cast, clock):
    row = decided(cast, clock, 25, channels=[make.channel(cast)])
    for each in session.query(Decision).filter(Decision.submission_id == row.id):
        each.stage = -1
    db.commit()
    assert minutes(read(cast).groups["stage"]["A stage that is gone"].median) == 25


@pytest.mark.parametrize("days", frame.PERIODS)
def test_every_instant_is_in_the_column_of_its_day_there(cast, clock, days):
    found = frame.of(cast.actor("administrator"), {"days": str(days)})
    assert (found.columns[0], found.columns[-1] + timedelta(days=found.step - 1)) == (found.first, found.last)
    for n in range(24 * days):
        at = found.start + n * timedelta(hours=1)
        day = times.local(at, found.zone).date()
        assert found.column(at) == max(first for first in found.columns if first <= day)
