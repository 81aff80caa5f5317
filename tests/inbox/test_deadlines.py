"""Deadlines: whose time holds down the tree, and which days do not count."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.inbox import make
from webapp import db, times
from webapp.calendar import kept
from webapp.calendar.gaps import own
from webapp.db import session
from webapp.inbox import deadlines
from webapp.inbox.models import Conversation
from webapp.people.models import Region
from webapp.working import Week

FRIDAY = datetime(2026, 12, 18, 8, 0, tzinfo=UTC)
"""Nine in Warsaw, a week before Christmas."""


def set_minutes(cast, region, minutes, **more):
    page = f"/inbox/settings/{region.id}"
    assert cast.administrator.post(page, {"minutes": str(minutes or ""), "words": "", **more}).status_code == 303
    session.remove()


def minutes(channel_id):
    session.remove()
    return deadlines.minutes(session.get_one(make.Channel, channel_id))


def test_the_time_of_a_region_holds_below_until_one_says_its_own(cast):
    channel = make.channel(cast).id
    db.commit()
    assert minutes(channel) == deadlines.MINUTES
    set_minutes(cast, cast.headquarters, 120)
    assert minutes(channel) == 120
    assert "Empty: 120 minutes, as in " in said(cast)
    set_minutes(cast, cast.warsaw, 60)
    assert minutes(channel) == 60
    set_minutes(cast, cast.warsaw, 60, **{f"channel-{channel}": "15"})
    assert minutes(channel) == 15
    set_minutes(cast, cast.warsaw, None)
    assert minutes(channel) == 120
    set_minutes(cast, cast.headquarters, None)
    assert minutes(channel) == deadlines.MINUTES
    assert "as Nod suggests" in said(cast)


def said(cast):
    return cast.administrator.get(f"/inbox/settings/{cast.warsaw.id}").get_data(as_text=True)


def test_the_time_of_one_region_is_not_that_of_its_neighbour(cast):
    channel = make.channel(cast).id
    dubai = session.query(Region).filter_by(name="Dubai").one()
    db.commit()
    set_minutes(cast, dubai, 30)
    assert minutes(channel) == deadlines.MINUTES


def region(cast, **values):
    """Warsaw as it is, or otherwise."""
    session.remove()
    row = session.get_one(Region, cast.warsaw.id)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def due(row, since, hours=4):
    return deadlines.due(since, deadlines.week(row), hours * 60)


def test_public_holidays_do_not_count_where_a_region_heeds_them(cast, clock):
    clock.at = FRIDAY
    christmas_eve = FRIDAY.replace(day=23, hour=14)
    here = region(cast, minded=["holiday"])
    assert due(here, christmas_eve) == FRIDAY.replace(day=28, hour=10)
    assert due(region(cast, minded=["mourning"]), christmas_eve) == FRIDAY.replace(day=24, hour=10)
    assert due(region(cast, country="", minded=["holiday"]), christmas_eve) == FRIDAY.replace(day=24, hour=10)


def test_a_deadline_over_new_year_knows_the_holidays_of_both(cast, clock):
    clock.at = FRIDAY.replace(day=30)
    here = region(cast, minded=["holiday"])
    assert due(here, FRIDAY.replace(day=31, hour=15)) == datetime(2027, 1, 4, 11, 0, tzinfo=UTC)


def close(cast, where, first, last=None, kind="closed"):
    own.add(where, {"first": first, "last": last, "name": "Inventory", "kind": kind}, cast.actor("administrator"))
    db.commit()


def test_days_on_which_the_company_is_closed_do_not_count_there_and_below(cast, clock):
    clock.at = FRIDAY
    above = session.get_one(Region, cast.headquarters.id)
    close(cast, above, date(2026, 12, 21), date(2026, 12, 22))
    assert due(region(cast), FRIDAY.replace(hour=15)) == FRIDAY.replace(day=23, hour=11)
    assert kept.closed(region(cast)) == [(date(2026, 12, 21), date(2026, 12, 22))]


@pytest.mark.parametrize("kind", ["launch", "blackout", "mourning"])
def test_other_days_of_the_company_are_working_days(cast, clock, kind):
    clock.at = FRIDAY
    close(cast, session.get_one(Region, cast.warsaw.id), date(2026, 12, 21), kind=kind)
    assert due(region(cast), FRIDAY.replace(hour=15)) == FRIDAY.replace(day=21, hour=11)


def test_a_closed_day_is_said_in_the_calendar_by_its_form(cast, clock):
    clock.at = FRIDAY
    data = {"first": "2026-12-21", "last": "", "name": "Inventory", "kind": "closed", "region": str(cast.warsaw.id)}
    assert cast.author.post("/calendar/days", data).status_code == 303
    assert "Closed: nobody has to answer" in cast.author.get("/calendar/days").get_data(as_text=True)
    talk = make.conversation(cast, at=FRIDAY.replace(hour=15))
    deadlines.set_due(talk)
    db.commit()
    assert session.get_one(Conversation, talk.id).due_at == FRIDAY.replace(day=22, hour=11)


def test_a_place_that_is_always_closed_lets_time_run():
    day = timedelta(days=1)
    closed = frozenset(FRIDAY.date() + n * day for n in range(-1, 900))
    assert deadlines.due(FRIDAY, Week("Europe/Warsaw", closed=closed), 60) == FRIDAY + timedelta(hours=1)
    assert Week("Europe/Warsaw", closed=closed).working_days(FRIDAY.date(), FRIDAY.date() + 30 * day) == 0
    assert times.now()
