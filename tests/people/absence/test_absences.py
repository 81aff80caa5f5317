"""Away from a day to a day: who may say so, who can stand in, and what the one who is asked may answer."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from webapp import db, times
from webapp.db import session
from webapp.events import Event
from webapp.people.absence import absences, covering
from webapp.people.absence.absences import Wanted
from webapp.people.absence.models import Absence


def days(first=1, back=8):
    today = times.today("Europe/Warsaw")
    return today + timedelta(days=first), today + timedelta(days=back)


def url(cast, who="approver", more=""):
    return f"/people/{cast.people[who].id}/absence{more}"


def form(cast, who="second", first=1, back=8, **more):
    start, end = days(first, back)
    stand_in = str(cast.people[who].id) if who else ""
    return {"start": start.isoformat(), "back": end.isoformat(), "who": stand_in, "moves": "y", **more}


def put(cast, who="approver", stand_in="second", first=0, back=8, **more):
    start, end = days(first, back)
    chosen = cast.people[stand_in].id if stand_in else None
    row = absences.put(house.membership(cast, who), Wanted(start, end, chosen, **more), cast.actor(who))
    db.commit()
    return row


def events():
    return [e.kind for e in session.scalars(sa.select(Event).where(Event.kind.like("absence.%")).order_by(Event.id))]


def test_a_person_says_so_themselves(cast):
    assert cast.approver.post(url(cast), form(cast)).status_code == 303
    (row,) = house.rows(Absence)
    assert (row.person_id, row.stand_in_id) == (cast.people["approver"].id, cast.people["second"].id)
    assert row.moves
    assert not row.notified
    assert times.local(row.starts_at, "Europe/Warsaw").strftime("%H:%M") == "00:00"
    assert events() == ["absence.set"]


def test_an_administrator_says_so_for_somebody(cast):
    assert cast.administrator.post(url(cast), form(cast)).status_code == 303
    (row,) = house.rows(Absence)
    assert row.set_by_id == cast.people["administrator"].id


@pytest.mark.parametrize(("who", "status"), [("second", 403), ("author", 403), ("teammate", 404), ("stranger", 404)])
def test_nobody_else_does(cast, who, status):
    browser = cast.browsers[who]
    assert browser.get(url(cast)).status_code == status
    assert browser.post(url(cast), form(cast)).status_code == status
    assert browser.post(url(cast, more="/end")).status_code == status
    assert house.rows(Absence) == []


def test_the_page_counts_days_and_hours(cast):
    cast.approver.post(url(cast), form(cast))
    html = cast.approver.get(url(cast)).get_data(as_text=True)
    assert "7 days" in html
    assert "5 working days in Warsaw" in html
    assert "Warsaw. Covers 8 of 8 working hours" in html
    assert 'class="hours"' in html


def test_counting_saves_nothing(cast):
    answer = cast.approver.post(url(cast), form(cast, first=3, back=5, action="count"))
    assert answer.status_code == 303
    assert "2 days" in cast.approver.get(answer.location).get_data(as_text=True)
    assert house.rows(Absence) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"first": 5, "back": 5}, "The day back comes after the first day away."),
        ({"first": -9, "back": -1}, "This absence would be over already."),
        ({"first": 1, "back": 500}, "At most a year at a time."),
        ({"first": 900, "back": 901}, "too far away"),
    ],
)
def test_days_that_cannot_be(cast, more, words):
    answer = cast.approver.post(url(cast), form(cast, **more))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert house.rows(Absence) == []


@pytest.mark.parametrize("raw", ["", "yesterday", "2026-13-40", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_is_said_at_its_field(cast, raw):
    answer = cast.approver.post(url(cast), {**form(cast), "start": raw})
    assert answer.status_code == 422
    assert 'id="start-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["approver", "author", "teammate", "stranger"])
def test_only_those_who_could_act_stand_in(cast, who):
    assert cast.approver.post(url(cast), form(cast, who)).status_code == 422
    assert house.rows(Absence) == []


def test_whom_four_eyes_would_block_is_shown_with_the_reason(cast):
    house.waiting(cast, by="administrator")
    html = cast.approver.get(url(cast)).get_data(as_text=True)
    assert "Wrote 1 of the posts that wait, and authors do not approve their own work" in html
    answer = cast.approver.post(url(cast), form(cast, "administrator"))
    assert answer.status_code == 422
    assert "authors do not approve their own work" in answer.get_data(as_text=True)


def test_who_is_away_in_that_time_cannot_stand_in(cast):
    put(cast, "second", None, first=3, back=5)
    html = cast.approver.get(url(cast)).get_data(as_text=True)
    assert "Away too, back on" in html
    assert cast.approver.post(url(cast), form(cast, "second")).status_code == 422
    assert cast.approver.post(url(cast), form(cast, "second", first=6, back=9)).status_code == 303


def test_one_for_the_other_and_back_is_refused(cast):
    put(cast, "approver", "second", first=0, back=8)
    assert cast.second.post(url(cast, "second"), form(cast, "approver")).status_code == 422


def test_a_stand_in_who_goes_away_hands_on(cast):
    put(cast, "approver", "second")
    put(cast, "second", "administrator")
    found = covering.covers(cast.organization.id)
    assert found[cast.people["approver"].id].stand_in == cast.people["administrator"].id


def test_the_stand_in_is_asked_and_can_decline(cast):
    put(cast)
    here = url(cast, more="/answer")
    assert "Stand in for Approver" in cast.second.get(here).get_data(as_text=True)
    assert cast.second.post(here, {"answer": "decline"}).status_code == 303
    assert cast.second.post(here, {"answer": "decline"}).status_code == 303
    assert events() == ["absence.set", "absence.declined"]
    assert covering.covers(cast.organization.id)[cast.people["approver"].id].stand_in is None
    assert "Second declined to stand in" in cast.approver.get(url(cast)).get_data(as_text=True)
    assert cast.second.post(here, {"answer": "accept"}).status_code == 303
    assert covering.covers(cast.organization.id)[cast.people["approver"].id].stand_in == cast.people["second"].id


@pytest.mark.parametrize("who", ["author", "administrator", "teammate", "stranger"])
def test_nobody_answers_for_the_stand_in(cast, who):
    put(cast)
    here = url(cast, more="/answer")
    assert cast.browsers[who].get(here).status_code == 404
    assert cast.browsers[who].post(here, {"answer": "accept"}).status_code == 404


def test_an_answer_is_one_of_two(cast):
    put(cast)
    assert cast.second.post(url(cast, more="/answer"), {"answer": "perhaps"}).status_code == 422


def test_changing_it_asks_anew_only_when_somebody_else_is_chosen(cast):
    row = put(cast)
    absences.accept(row, cast.actor("second"))
    db.commit()
    assert put(cast, back=5).accepted_at
    assert not put(cast, stand_in="administrator").accepted_at
    assert len(house.rows(Absence)) == 1


def test_the_clock_says_once_that_it_began_and_is_over(cast, clock):
    put(cast, first=1, back=3)
    assert absences.turn() == 0
    clock.forward(days=1, hours=1)
    assert (absences.turn(), absences.turn()) == (1, 0)
    assert covering.covers(cast.organization.id)
    clock.forward(days=2)
    assert covering.covers(cast.organization.id) == {}
    assert (absences.turn(), absences.turn()) == (1, 0)
    db.commit()
    assert events() == ["absence.set", "absence.begun", "absence.ended"]


def test_it_can_be_ended_by_hand_and_set_again(cast):
    put(cast)
    assert cast.approver.post(url(cast, more="/end")).status_code == 303
    assert cast.approver.post(url(cast, more="/end")).status_code == 303
    assert covering.covers(cast.organization.id) == {}
    assert cast.approver.post(url(cast), form(cast)).status_code == 303
    assert events() == ["absence.set", "absence.ended", "absence.set"]


def test_away_without_messages(cast):
    put(cast)
    assert covering.silent(cast.organization.id) == {cast.people["approver"].id}
    put(cast, notified=True)
    assert covering.silent(cast.organization.id) == frozenset()


def test_who_acts_when_somebody_does_not_answer(cast):
    here = url(cast)[: -len("absence")] + "stand-in"
    assert "When Approver does not answer in time" in cast.approver.get(url(cast)).get_data(as_text=True)
    assert cast.approver.post(here, {"to": str(cast.people["second"].id)}).status_code == 303
    assert house.membership(cast, "approver").stand_in_id == cast.people["second"].id
    for wrong in ("author", "teammate", "stranger", "approver"):
        assert cast.approver.post(here, {"to": str(cast.people[wrong].id)}).status_code == 422
    assert cast.approver.post(here, {"to": ""}).status_code == 303
    assert house.membership(cast, "approver").stand_in_id is None
    assert cast.second.post(here, {"to": ""}).status_code == 403
    assert cast.stranger.post(here, {"to": ""}).status_code == 404
