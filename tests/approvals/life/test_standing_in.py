"""A stand-in decides for somebody who is away: once, never for themselves, and never with a right nobody gave them."""

import pytest

from tests.approvals import house
from tests.approvals.life.house import again, asked, away, workflow
from webapp import db
from webapp.approvals import clearance, decisions
from webapp.errors import Forbidden
from webapp.events import Event
from webapp.people.absence import absences

PERSON = "person"


def named(cast, *names, needed="any", **more):
    """A stage that names people."""
    who = [{"kind": PERSON, PERSON: str(cast.people[name].id)} for name in names]
    return {"who": who, "needed": needed, **more}


def cleared(row):
    return clearance.is_cleared(row.post_id, row.revision_id)


def test_the_stand_in_is_asked_for_the_absent(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    assert asked(cast, row) == {"approver": ""}
    away(cast, "approver", "second")
    assert asked(cast, row) == {"second": "approver"}


def test_a_yes_for_somebody_counts_and_says_so(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    made = house.decide(cast, row, "second")
    assert made.for_id == cast.people["approver"].id
    assert cleared(row)
    (event,) = [e for e in house.rows(Event) if e.kind == "decision.made"]
    assert event.for_id == cast.people["approver"].id
    html = cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "<b><bdi>Second</bdi></b> approved for <bdi>Approver</bdi>" in html
    assert "for Approver" in html


def test_without_a_stand_in_nobody_else_may(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", None)
    with pytest.raises(Forbidden):
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("second"))
    assert asked(cast, row) == {"approver": ""}


def test_who_declined_may_not(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    absence = away(cast, "approver", "second")
    absences.decline(absence, cast.actor("second"))
    again()
    assert asked(cast, row) == {"approver": ""}
    with pytest.raises(Forbidden):
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("second"))


def test_the_absent_may_still_decide(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    house.decide(cast, row, "approver")
    assert cleared(row)


def test_a_yes_given_for_somebody_counts_when_they_are_back(cast):
    workflow(cast, named(cast, "approver"), named(cast, "administrator"))
    row = house.waiting(cast)
    absence = away(cast, "approver", "second")
    house.decide(cast, row, "second")
    absences.end(absence, cast.actor("approver"))
    again()
    house.decide(cast, row, "administrator")
    assert cleared(row)


def test_it_stops_counting_when_the_stand_in_loses_the_right(cast):
    workflow(cast, named(cast, "approver"), named(cast, "administrator"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    house.decide(cast, row, "second")
    house.decide(cast, row, "administrator")
    assert cleared(row)
    house.take_roles(cast, "second")
    assert not cleared(row)


def test_one_person_never_says_two_yeses(cast):
    """Their own in one stage, and for somebody in the next."""
    workflow(cast, named(cast, "second"), named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    own = house.decide(cast, row, "second")
    assert not cleared(row)
    assert asked(cast, row) == {"approver": ""}
    assert house.decide(cast, row, "second").id == own.id
    assert not cleared(row)
    house.decide(cast, row, "approver")
    assert cleared(row)


def test_one_name_never_counts_twice(cast):
    """The absent said yes in one stage; their stand-in says none for them in the next."""
    workflow(cast, named(cast, "approver"), named(cast, "approver", "administrator"))
    row = house.waiting(cast)
    house.decide(cast, row, "approver")
    away(cast, "approver", "second")
    assert asked(cast, row) == {"administrator": ""}
    with pytest.raises(Forbidden):
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("second"))


def test_two_of_two_are_two_people(cast):
    """Who decides anyhow and stands in too is one of them, not both."""
    workflow(cast, named(cast, "approver", "second", needed=2))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    house.decide(cast, row, "second")
    assert not cleared(row)


def test_all_are_those_who_are_here(cast):
    """The seat of who is away is not waited for when the stand-in has a seat of their own."""
    workflow(cast, named(cast, "approver", "second", "administrator", needed="all"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    assert asked(cast, row) == {"second": "", "administrator": ""}
    house.decide(cast, row, "second")
    assert not cleared(row)
    house.decide(cast, row, "administrator")
    assert cleared(row)


def test_all_without_a_stand_in_waits_for_the_absent(cast):
    workflow(cast, named(cast, "approver", "second", needed="all"))
    row = house.waiting(cast)
    away(cast, "approver", None)
    house.decide(cast, row, "second")
    assert not cleared(row)


def test_who_is_spent_leaves_the_seat_to_the_absent(cast):
    """The stand-in has said their one yes already: the absent are asked themselves."""
    workflow(cast, named(cast, "second"), named(cast, "approver", "administrator", needed="all"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    house.decide(cast, row, "second")
    assert asked(cast, row) == {"approver": "", "administrator": ""}


def test_an_author_never_approves_their_own_as_a_stand_in(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast, by="administrator")
    away(cast, "approver", None)
    house.stored(row)
    absence = house.rows(absences.Absence)[0]
    absence.stand_in_id = cast.people["administrator"].id
    again()
    assert asked(cast, row) == {"approver": ""}
    with pytest.raises(Forbidden, match="somebody else decides"):
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("administrator"))


def test_nobody_decides_for_an_author(cast):
    """The author is away too: whoever stands in for them has no yes of theirs to give."""
    workflow(cast, named(cast, "administrator", "approver"))
    row = house.waiting(cast, by="administrator")
    away(cast, "administrator", "second")
    assert asked(cast, row) == {"approver": ""}
    with pytest.raises(Forbidden):
        decisions.decide(house.stored(row), row.revision_id, "approve", cast.actor("second"))


def test_a_stand_in_without_the_right_may_not(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    house.take_roles(cast, "second")
    again()
    assert asked(cast, row) == {"approver": ""}


def test_what_waited_before_moves_only_if_wanted(cast, clock):
    workflow(cast, named(cast, "approver"))
    before = house.waiting(cast)
    away(cast, "approver", "second", first=1, moves=False)
    clock.forward(days=1)
    after = house.waiting(cast)
    again()
    assert asked(cast, before) == {"approver": ""}
    assert asked(cast, after) == {"second": "approver"}


def test_it_goes_on_to_the_stand_in_of_the_stand_in(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    away(cast, "second", "administrator")
    assert asked(cast, row) == {"administrator": "approver"}


def test_a_no_for_somebody_says_so(cast):
    workflow(cast, named(cast, "approver"))
    row = house.waiting(cast)
    away(cast, "approver", "second")
    made = house.decide(cast, row, "second", "changes")
    db.commit()
    assert made.for_id == cast.people["approver"].id
    assert "asked for changes for <bdi>Approver</bdi>" in cast.author.get(f"/posts/{row.post_id}").get_data(
        as_text=True
    )
