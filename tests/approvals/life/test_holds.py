"""On hold: nobody says yes, nothing goes out, and when it ends everybody is asked again."""

from datetime import timedelta

import pytest

from tests.approvals import house
from tests.approvals.life.house import asked
from webapp import db, times
from webapp.approvals import clearance, decisions
from webapp.approvals.life import holds
from webapp.approvals.life.models import Hold
from webapp.approvals.models import Decision
from webapp.errors import Conflict, Forbidden
from webapp.publishing.models import Delivery


def url(row, more=""):
    return f"/posts/{row.post_id}/approval/hold{more}"


def form(days=3, reason="Legal looks at it"):
    return {"reason": reason, "until": (times.today("Europe/Warsaw") + timedelta(days=days)).isoformat()}


def hold(cast, row, who="approver", days=3):
    made = holds.hold(house.stored(row).post, "Wait", times.now() + timedelta(days=days), cast.actor(who))
    db.commit()
    return made


def test_nobody_says_yes_while_it_is_on(cast):
    row = house.waiting(cast)
    assert cast.approver.post(url(row), form()).status_code == 303
    assert house.state(row) == "held"
    assert asked(cast, row) == {}
    with pytest.raises(Conflict, match="on hold until"):
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("second"))
    html = cast.second.get(f"/posts/{row.post_id}/approval").get_data(as_text=True)
    assert "Legal looks at it" in html
    assert "Lift the hold" in html


def test_a_no_is_possible_while_it_is_on(cast):
    row = house.waiting(cast)
    hold(cast, row)
    house.decide(cast, row, "second", "changes")
    assert house.state(row) == "sent_back"


def test_it_takes_back_what_was_planned(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    assert clearance.is_cleared(row.post_id, row.revision_id)
    hold(cast, row, "second")
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert {d.state for d in house.rows(Delivery)} == {"cancelled"}
    assert house.state(row) == "held"


def test_its_date_approves_nothing(cast, clock):
    """Who had said yes before is asked again."""
    row = house.waiting(cast, planned_at=times.now() + timedelta(days=9))
    house.decide(cast, row)
    hold(cast, row, "second", days=2)
    clock.forward(days=2, minutes=1)
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert holds.lift_due() == 1
    assert holds.lift_due() == 0
    db.commit()
    assert house.state(row) == "waiting"
    assert asked(cast, row) == {"approver": "", "second": "", "administrator": ""}
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert house.kinds(row, *house.rows(Hold))[-1:] == ["hold.ended"]
    house.decide(cast, row)
    assert clearance.is_cleared(row.post_id, row.revision_id)


def test_it_is_lifted_by_hand(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    hold(cast, row)
    assert cast.second.post(url(row, "/end")).status_code == 303
    assert cast.second.post(url(row, "/end")).status_code == 303
    assert house.state(row) == "waiting"
    assert [d.undone_at is None for d in house.rows(Decision)] == [False]


def test_a_tap_from_before_the_hold_does_not_count_after_it(cast, clock):
    row = house.waiting(cast)
    tapped = times.now()
    clock.forward(minutes=2)
    hold(cast, row)
    holds.lift(house.stored(row).post, cast.actor("approver"))
    db.commit()
    with pytest.raises(Conflict, match="put on hold after your tap"):
        house.decide(cast, row, "second", tapped_at=tapped)


def test_it_expires_while_it_is_on(cast, clock):
    from webapp.approvals import sweep

    row = house.waiting(cast)
    hold(cast, row, days=5)
    clock.forward(days=1, minutes=1)
    assert sweep.expire_due() == 1
    db.commit()
    assert house.state(row) == "expired"
    clock.forward(days=5)
    holds.lift_due()
    db.commit()
    assert house.state(row) == "expired"
    assert all(h.ended_at for h in house.rows(Hold))


@pytest.mark.parametrize(("who", "status"), [("author", 403), ("analyst", 403), ("teammate", 404), ("stranger", 404)])
def test_only_who_may_say_no_holds(cast, who, status):
    row = house.waiting(cast)
    browser = cast.browsers[who]
    assert browser.get(url(row)).status_code == status
    assert browser.post(url(row), form()).status_code == status
    assert browser.post(url(row, "/end")).status_code in (303, status)
    assert house.rows(Hold) == []


def test_somebody_without_the_right_does_not_lift(cast):
    row = house.waiting(cast)
    hold(cast, row)
    with pytest.raises(Forbidden):
        holds.lift(house.stored(row).post, cast.actor("author"))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"until": ""}, "until"),
        ({"until": "0001-01-01"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"until": "2020-01-01"}, "until"),
    ],
)
def test_what_is_missing_is_said_at_its_field(cast, sent, field):
    row = house.waiting(cast)
    answer = cast.approver.post(url(row), {**form(), **sent})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert house.rows(Hold) == []


def test_a_second_hold_takes_the_place_of_the_first(cast):
    row = house.waiting(cast)
    hold(cast, row, days=2)
    hold(cast, row, "second", days=4)
    one, two = house.rows(Hold)
    assert one.ended_at
    assert not two.ended_at
