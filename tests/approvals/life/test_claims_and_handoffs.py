""" "I have it", "you decide instead", and a nudge: marks and messages that give and take no right."""

from datetime import timedelta

import pytest

from tests.approvals import house
from tests.approvals.life.house import asked, workflow
from webapp import db, times
from webapp.approvals import clearance
from webapp.approvals.life import claims, handoffs, nudges
from webapp.approvals.life.models import Claim
from webapp.errors import Conflict, Forbidden
from webapp.events import Event


def url(row, more):
    return f"/posts/{row.post_id}/{more}"


def kinds():
    return [event.kind for event in house.rows(Event)]


def test_others_see_who_has_it_and_may_still_decide(cast):
    row = house.waiting(cast)
    assert cast.approver.post(url(row, "approval/claim")).status_code == 303
    html = cast.second.get(url(row, "approval")).get_data(as_text=True)
    assert "Approver has it" in html
    assert "Others may still decide." in html
    house.decide(cast, row, "second")
    assert clearance.is_cleared(row.post_id, row.revision_id)


def test_the_queue_says_who_has_it(cast, clock):
    row = house.waiting(cast)
    assert "has it" not in cast.second.get("/approvals").get_data(as_text=True)
    made = claims.take(house.stored(row).post, cast.actor("approver"))
    db.commit()
    assert "Approver has it" in cast.second.get("/approvals").get_data(as_text=True)
    clock.at = made.until
    assert "has it" not in cast.second.get("/approvals").get_data(as_text=True)


def test_one_has_it_at_a_time(cast):
    row = house.waiting(cast)
    cast.approver.post(url(row, "approval/claim"))
    answer = cast.second.post(url(row, "approval/claim"))
    assert answer.status_code == 409
    assert "Approver has it already." in answer.get_data(as_text=True)
    assert kinds().count("claim.made") == 1


@pytest.mark.parametrize(
    ("now", "said"),
    [("2026-11-24T10:00", "until 12:00, Warsaw"), ("2026-11-28T22:00", "until 11:00, Mon 30 Nov, Warsaw")],
)
def test_until_when_names_the_day_unless_that_is_today(cast, clock, now, said):
    clock.at = times.plan(times.parse_wall(now), "Europe/Warsaw").at
    row = house.waiting(cast)
    answer = cast.approver.post(url(row, "approval/claim"), headers={"HX-Request": "true"})
    page = cast.approver.get(url(row, "approval")) if answer.status_code != 200 else answer
    assert f"You have it {said}" in page.get_data(as_text=True)


def test_it_lasts_two_working_hours(cast, clock):
    row = house.waiting(cast)
    made = claims.take(house.stored(row).post, cast.actor("approver"))
    db.commit()
    assert made.until - times.now() >= timedelta(hours=2)
    clock.at = made.until
    assert claims.current(house.stored(row)) is None
    claims.take(house.stored(row).post, cast.actor("second"))
    db.commit()
    assert len(house.rows(Claim)) == 2


def test_it_is_let_go_of(cast):
    row = house.waiting(cast)
    cast.approver.post(url(row, "approval/claim"))
    assert cast.second.post(url(row, "approval/claim/end")).status_code == 403
    assert cast.approver.post(url(row, "approval/claim/end")).status_code == 303
    assert cast.approver.post(url(row, "approval/claim/end")).status_code == 303
    assert kinds().count("claim.released") == 1


@pytest.mark.parametrize("what", ["approval/claim", "approval/handoff"])
@pytest.mark.parametrize(("who", "status"), [("author", 403), ("analyst", 403), ("teammate", 404), ("stranger", 404)])
def test_only_who_may_decide(cast, what, who, status):
    row = house.waiting(cast)
    answer = cast.browsers[who].post(url(row, what), {"to": str(cast.people["second"].id)})
    assert answer.status_code in (status, 422)
    assert house.rows(Claim) == []
    assert "submission.passed_on" not in kinds()


def test_somebody_else_is_asked_instead(cast):
    row = house.waiting(cast)
    page = cast.approver.get(url(row, "approval/handoff")).get_data(as_text=True)
    assert "Second" in page
    answer = cast.approver.post(url(row, "approval/handoff"), {"to": str(cast.people["second"].id)})
    assert answer.status_code == 303
    assert asked(cast, row) == {"second": "", "administrator": ""}
    html = cast.author.get(url(row, "")[:-1]).get_data(as_text=True)
    assert "asked <bdi>Second</bdi> to decide instead" in html


def test_who_passed_it_on_may_still_decide(cast):
    row = house.waiting(cast)
    handoffs.pass_on(house.stored(row).post, cast.people["second"].id, cast.actor("approver"))
    db.commit()
    house.decide(cast, row, "approver")
    assert clearance.is_cleared(row.post_id, row.revision_id)


def test_passed_back_it_is_asked_again(cast):
    row = house.waiting(cast)
    handoffs.pass_on(house.stored(row).post, cast.people["second"].id, cast.actor("approver"))
    db.commit()
    handoffs.pass_on(house.stored(row).post, cast.people["approver"].id, cast.actor("second"))
    db.commit()
    assert asked(cast, row) == {"approver": "", "administrator": ""}


def test_it_comes_back_when_the_other_leaves(cast):
    from tests.approvals.life.house import again

    row = house.waiting(cast)
    handoffs.pass_on(house.stored(row).post, cast.people["second"].id, cast.actor("approver"))
    db.commit()
    house.take_roles(cast, "second")
    again()
    assert asked(cast, row) == {"approver": "", "administrator": ""}


@pytest.mark.parametrize("to", ["author", "teammate", "stranger", "approver"])
def test_only_to_somebody_who_may_decide_there(cast, to):
    row = house.waiting(cast)
    answer = cast.approver.post(url(row, "approval/handoff"), {"to": str(cast.people[to].id)})
    assert answer.status_code == 422
    assert "submission.passed_on" not in kinds()


def test_where_all_are_needed_nothing_is_passed_on(cast):
    workflow(cast, {"needed": "all"})
    row = house.waiting(cast)
    assert "Nobody else may decide here." in cast.approver.get(url(row, "approval/handoff")).get_data(as_text=True)


def test_a_nudge_once_an_hour(cast, clock):
    row = house.waiting(cast)
    assert cast.author.post(url(row, "nudge")).status_code == 303
    answer = cast.author.post(url(row, "nudge"))
    assert answer.status_code == 409
    assert "nudged within the last hour" in answer.get_data(as_text=True)
    clock.forward(minutes=61)
    assert cast.author.post(url(row, "nudge")).status_code == 303
    assert kinds().count("submission.nudged") == 2


def test_the_button_is_there_for_the_author_and_says_when_again(cast):
    row = house.waiting(cast)
    assert "Nudge" in cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "Nudge" not in cast.analyst.get(f"/posts/{row.post_id}").get_data(as_text=True)
    cast.author.post(url(row, "nudge"))
    assert "Nudged already. Again from" in cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)


@pytest.mark.parametrize(("who", "status"), [("analyst", 403), ("approver", 403), ("teammate", 404), ("stranger", 404)])
def test_only_the_authors_side_nudges(cast, who, status):
    row = house.waiting(cast)
    assert cast.browsers[who].post(url(row, "nudge")).status_code == status


def test_nobody_is_nudged_about_what_is_over(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    with pytest.raises(Conflict):
        nudges.nudge(house.stored(row).post, cast.actor("author"))
    with pytest.raises(Forbidden):
        nudges.nudge(house.stored(row).post, cast.actor("approver"))
