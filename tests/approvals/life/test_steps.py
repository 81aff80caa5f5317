"""Nobody answers: reminded, then the stand-in, then the next role, in working hours of who must act. Never a yes."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.life.house import again, asked, workflow
from webapp import db, times
from webapp.approvals import clearance
from webapp.approvals.life import holds, sweep
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.events import Event
from webapp.people.models import Role

FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
"""15:00 in Warsaw: two working hours are left that day."""


@pytest.fixture
def friday(cast, clock):
    clock.at = FRIDAY
    return clock


def person(cast, name):
    return {"kind": "person", "person": str(cast.people[name].id)}


def stage(cast, *steps, limit=4, who="approver"):
    return {"who": [person(cast, who)], "limit": limit, "steps": list(steps)}


def role(cast, key="administrator"):
    return str(session.scalar(sa.select(Role.id).where(Role.organization_id == cast.organization.id, Role.key == key)))


def turn():
    found = sweep.turn()
    db.commit()
    return found


def late(cast):
    return house.waiting(cast, planned_at=times.now() + timedelta(days=20))


def kinds():
    return [e.kind for e in house.rows(Event) if e.subject_type == "submissions"]


def test_a_weekend_is_no_working_time(cast, friday):
    workflow(cast, stage(cast, {"after": 0, "do": "remind"}))
    late(cast)
    friday.forward(hours=60)  # Monday 03:00 in Warsaw
    assert turn() == 0
    friday.at = datetime(2026, 11, 30, 10, 1, tzinfo=UTC)  # two hours on Friday, two on Monday
    assert turn() == 1
    assert turn() == 0
    assert kinds() == ["submission.overdue"]


def test_each_step_once_and_in_its_order(cast, friday):
    steps = ({"after": 8, "do": "escalate", "role": role(cast)}, {"after": 0, "do": "remind"})
    workflow(cast, stage(cast, *steps))
    row = late(cast)
    friday.forward(days=20 - 1)
    assert (turn(), turn(), turn()) == (1, 1, 0)
    assert kinds() == ["submission.overdue", "submission.escalated"]
    assert [each["do"] for each in house.stored(row).steps] == ["remind", "escalate"]


def test_a_limit_alone_reminds(cast, friday):
    workflow(cast, stage(cast))
    late(cast)
    friday.forward(days=5)
    assert turn() == 1
    assert kinds() == ["submission.overdue"]


def test_the_next_role_may_decide_once_it_went_on(cast, friday):
    workflow(cast, stage(cast, {"after": 0, "do": "escalate", "role": role(cast)}))
    row = late(cast)
    assert asked(cast, row) == {"approver": ""}
    friday.forward(days=5)
    turn()
    assert asked(cast, row) == {"approver": "", "administrator": ""}
    house.decide(cast, row, "administrator")
    assert clearance.is_cleared(row.post_id, row.revision_id)


def test_the_stand_in_may_decide_for_who_does_not_answer(cast, friday):
    house.membership(cast, "approver").stand_in_id = cast.people["second"].id
    db.commit()
    workflow(cast, stage(cast, {"after": 0, "do": "stand_in"}))
    row = late(cast)
    assert asked(cast, row) == {"approver": ""}
    friday.forward(days=5)
    turn()
    assert asked(cast, row) == {"approver": "", "second": "approver"}
    assert house.decide(cast, row, "second").for_id == cast.people["approver"].id
    assert clearance.is_cleared(row.post_id, row.revision_id)


def test_waiting_never_clears_anything(cast, friday):
    steps = [{"after": n, "do": do, "role": role(cast)} for n, do in enumerate(("remind", "stand_in", "escalate"))]
    workflow(cast, stage(cast, *steps))
    row = late(cast)
    for _n in range(19):
        friday.forward(days=1)
        turn()
        assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert len(house.stored(row).steps) == 3


def test_time_starts_when_the_stage_does(cast, friday):
    workflow(cast, {"who": [person(cast, "administrator")]}, stage(cast, limit=2))
    row = late(cast)
    friday.forward(days=10)
    assert turn() == 0
    house.decide(cast, row, "administrator")
    friday.forward(hours=1)
    assert turn() == 0
    friday.forward(days=3)
    assert turn() == 1


def test_a_hold_stops_the_clock(cast, friday):
    workflow(cast, stage(cast, limit=2))
    row = late(cast)
    holds.hold(house.stored(row).post, "Wait", times.now() + timedelta(days=10), cast.actor("approver"))
    db.commit()
    friday.forward(days=9)
    assert turn() == 0
    friday.forward(days=1, minutes=1)
    assert turn() == 1  # the hold is over
    friday.forward(hours=1)
    assert turn() == 0
    friday.forward(days=3)
    assert turn() == 1


def test_what_is_over_is_left_alone(cast, friday):
    workflow(cast, stage(cast, limit=1))
    row = late(cast)
    house.decide(cast, row)
    friday.forward(days=5)
    assert turn() == 0


def test_it_is_read_from_the_row_after_a_restart(cast, friday):
    workflow(cast, stage(cast, limit=1))
    late(cast)
    friday.forward(days=5)
    turn()
    session.remove()
    again()
    assert turn() == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1
