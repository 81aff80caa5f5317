"""Nudges, steps, holds and absences are told to whom they concern, in words; who is away is left alone."""

from datetime import timedelta

import pytest

from tests.approvals import house
from tests.approvals.life.house import away, workflow
from tests.push.house import mail, mails, relay, told
from webapp import db, times
from webapp.approvals.life import handoffs, holds, nudges, sweep
from webapp.people.absence import absences
from webapp.push.models import Notification


def people(kind):
    return [name for name, _kind in told(kind)]


def body(config, who):
    """Every mail to somebody, with its subject."""
    letters = [m for m in mails(config) if m["To"] == f"{who}@pomela.example"]
    return "\n".join(f"{m['Subject']}\n{m.get_body(('plain',)).get_content()}" for m in letters)


def test_a_nudge_reaches_whoever_must_act(cast, clock, sink, config):
    row = house.waiting(cast)
    relay()
    nudges.nudge(house.stored(row).post, cast.actor("author"))
    db.commit()
    relay()
    assert people("nudged") == ["administrator", "approver", "second"]
    mail(clock, 60)
    assert "Author asks for your yes" in body(config, "second")


def test_who_has_decided_is_not_nudged(cast, sink):
    workflow(cast, {"needed": 2})
    row = house.waiting(cast)
    house.decide(cast, row, "second")
    nudges.nudge(house.stored(row).post, cast.actor("author"))
    db.commit()
    relay()
    assert people("nudged") == ["administrator", "approver"]


def test_what_is_passed_on_is_told_to_one(cast, clock, sink, config):
    row = house.waiting(cast)
    relay()
    handoffs.pass_on(house.stored(row).post, cast.people["second"].id, cast.actor("approver"))
    db.commit()
    relay()
    assert people("nudged") == ["second"]
    mail(clock, 60)
    assert "Approver asks you to decide instead" in body(config, "second")


def test_a_step_is_told_once(cast, clock, sink):
    workflow(cast, {"limit": 1})
    house.waiting(cast, planned_at=times.now() + timedelta(days=20))
    relay()
    clock.forward(days=5)
    sweep.turn()
    sweep.turn()
    db.commit()
    relay()
    assert people("nudged") == ["administrator", "approver", "second"]


def test_a_hold_is_told_to_the_author_and_its_end_to_who_is_asked(cast, clock, sink, config):
    row = house.waiting(cast)
    relay()
    post = house.stored(row).post
    holds.hold(post, "Legal looks at it", times.now() + timedelta(hours=20), cast.actor("approver"))
    db.commit()
    relay()
    assert people("held") == ["author"]
    mail(clock, 60)
    assert "Legal looks at it" in body(config, "author")
    before = people("waiting")
    holds.lift(house.stored(row).post, cast.actor("approver"))
    db.commit()
    relay()
    assert len(people("waiting")) > len(before)


def test_the_stand_in_is_told_and_asked(cast, clock, sink, config):
    away(cast, "approver", "second", first=1)
    relay()
    assert people("stand_in") == ["second"]
    mail(clock, 60)
    assert "You stand in for Approver" in body(config, "second")
    assert "You can decline." in body(config, "second")


def test_who_declined_is_told_to_the_absent_and_to_administrators(cast, clock, sink, config):
    row = away(cast, "approver", "second")
    absences.decline(row, cast.actor("second"))
    db.commit()
    relay()
    assert people("declined") == ["administrator", "approver"]
    mail(clock, 60)
    assert "Nobody stands in for Approver" in body(config, "approver")


@pytest.mark.parametrize(("notified", "reached"), [(False, False), (True, True)])
def test_who_is_away_is_left_alone_unless_wished(cast, sink, notified, reached):
    away(cast, "approver", "second", notified=notified)
    relay()
    house.waiting(cast)
    relay()
    assert ("approver" in [n for n, k in told("waiting")]) is False
    from webapp.people.absence import covering

    assert (cast.people["approver"].id in covering.silent(cast.organization.id)) is not reached
    assert "second" in people("waiting")


def test_nobody_is_told_what_is_over(cast, clock, sink, config):
    row = house.waiting(cast)
    nudges.nudge(house.stored(row).post, cast.actor("author"))
    db.commit()
    relay()
    house.decide(cast, row)
    mail(clock, 60)
    assert not [m for m in mails(config) if "Still waits" in (m["Subject"] or "")]
    assert house.rows(Notification)
