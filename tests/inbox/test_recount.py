"""Reply times, hours and free days change: what waits already has the deadline that holds now, each counted once."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.inbox import make
from webapp import db, events, times
from webapp.calendar.gaps import own
from webapp.db import session
from webapp.inbox import deadlines, recount, warning
from webapp.inbox.keeping import DeadlineRecount
from webapp.inbox.models import Conversation
from webapp.people import regions
from webapp.people.models import Region

FRIDAY = datetime(2026, 12, 18, 8, 0, tzinfo=UTC)
"""Nine in Warsaw; four hours of working time end at noon UTC."""
USUAL = FRIDAY.replace(hour=12)


@pytest.fixture(autouse=True)
def friday(clock):
    clock.at = FRIDAY


def waits(cast, on=None, **values):
    """Somebody wrote at nine, and waits."""
    made = make.conversation(cast, on, at=FRIDAY, **values)
    deadlines.set_due(made)
    db.commit()
    return made.id


def set_minutes(cast, region, minutes, **more):
    page = f"/inbox/settings/{region.id}"
    assert cast.administrator.post(page, {"minutes": str(minutes or ""), "words": "", **more}).status_code == 303


def relay():
    """What was done is told."""
    session.remove()
    events.seal_pending(times.now())
    while events.tell_pending(times.now()):
        pass
    db.commit()


def counted():
    """The trail is told, and the job does what was asked; answers how many moved."""
    relay()
    found = recount.due()
    db.commit()
    session.remove()
    return found


def of(talk):
    session.remove()
    return session.get_one(Conversation, talk)


def asked():
    session.remove()
    return session.scalar(sa.select(sa.func.count()).select_from(DeadlineRecount))


def kinds(kind="inbox.deadlines_moved"):
    session.remove()
    return [each.data["many"] for each in session.scalars(sa.select(events.Event).where(events.Event.kind == kind))]


def here(cast):
    session.remove()
    return session.get_one(Region, cast.warsaw.id)


def test_another_reply_time_moves_the_deadline_and_the_place_in_lists(cast):
    talk = waits(cast)
    assert of(talk).due_at == USUAL
    set_minutes(cast, cast.warsaw, 60)
    assert of(talk).due_at == USUAL
    assert counted() == 1
    found = of(talk)
    assert found.due_at == found.sort_at == FRIDAY.replace(hour=9)
    assert kinds() == [1]
    assert asked() == 0


def test_what_inherits_follows_and_what_has_its_own_stays(cast):
    own_time, below, other = make.channel(cast), make.channel(cast), make.channel(cast, cast.dubai)
    db.commit()
    set_minutes(cast, cast.warsaw, None, **{f"channel-{own_time.id}": "30"})
    talks = [waits(cast, session.merge(channel)) for channel in (own_time, below, other)]
    counted()
    before = [of(talk).due_at for talk in talks]
    set_minutes(cast, cast.headquarters, 60)
    assert counted() == 2
    after = [of(talk).due_at for talk in talks]
    assert after[0] == before[0] == FRIDAY.replace(hour=8, minute=30)
    assert after[1] == FRIDAY.replace(hour=9)
    assert after[2] != before[2]
    set_minutes(cast, cast.dubai, 45)
    assert counted() == 1
    assert [of(talk).due_at for talk in talks][:2] == after[:2]


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"work_start": "10:00"}, FRIDAY.replace(hour=13)),
        ({"zone": "Europe/London"}, FRIDAY.replace(hour=13)),
        ({"work_days": "1234"}, FRIDAY.replace(day=21, hour=12)),
        ({"name": "Warszawa"}, USUAL),
    ],
)
def test_other_hours_of_a_region_move_what_waits_there(cast, values, due):
    talk = waits(cast)
    regions.change(here(cast), cast.actor("administrator"), **values)
    db.commit()
    assert counted() == (1 if due != USUAL else 0)
    assert of(talk).due_at == due


def test_a_closed_day_moves_it_and_its_end_moves_it_back(cast):
    talk = waits(cast)
    day = {"first": date(2026, 12, 18), "last": None, "name": "Inventory"}
    own.add(here(cast), {**day, "kind": "launch"}, cast.actor("administrator"))
    db.commit()
    relay()
    assert asked() == 0
    made = own.add(
        session.get_one(Region, cast.headquarters.id), {**day, "kind": "closed"}, cast.actor("administrator")
    )
    db.commit()
    assert counted() == 1
    assert of(talk).due_at == FRIDAY.replace(day=21, hour=12)
    own.remove(session.merge(made), cast.actor("administrator"))
    db.commit()
    assert counted() == 1
    assert of(talk).due_at == USUAL


def test_heeding_holidays_moves_what_waits_over_one(cast, clock):
    clock.at = FRIDAY.replace(day=25)
    regions.change(here(cast), cast.actor("administrator"), minded=["mourning"])
    db.commit()
    relay()
    talk = make.conversation(cast, at=clock.at)
    deadlines.set_due(talk)
    db.commit()
    talk = talk.id
    assert of(talk).due_at == USUAL.replace(day=25)
    regions.change(here(cast), cast.actor("administrator"), minded=["holiday"])
    db.commit()
    assert counted() == 1
    assert of(talk).due_at == USUAL.replace(day=28)


def test_what_does_not_wait_is_left_alone(cast):
    done, spam = waits(cast, state="done"), waits(cast, is_spam=True)
    answered = make.conversation(cast, at=FRIDAY)
    make.message(answered, "Here it is", "out", at=FRIDAY)
    deadlines.set_due(answered)
    answered = answered.id
    db.commit()
    before = {each: of(each).sort_at for each in (done, spam, answered)}
    set_minutes(cast, cast.warsaw, 60)
    assert counted() == 0
    assert {each: of(each).sort_at for each in before} == before
    assert all(of(each).due_at is None for each in before)
    assert kinds() == []


def test_whoever_was_warned_is_not_warned_again(cast, clock):
    talk = waits(cast)
    clock.at = USUAL
    assert warning.warn_due() == 1
    db.commit()
    at = of(talk).warned_at
    set_minutes(cast, cast.warsaw, 60)
    assert counted() == 1
    assert of(talk).warned_at == at
    assert warning.warn_due() == 0
    set_minutes(cast, cast.warsaw, 300)
    assert counted() == 1
    clock.at = USUAL.replace(hour=15)
    assert warning.warn_due() == 0


def test_what_is_late_now_and_was_not_told_is_told_once(cast, clock):
    waits(cast)
    clock.at = FRIDAY.replace(hour=10)
    assert warning.warn_due() == 0
    set_minutes(cast, cast.warsaw, 60)
    counted()
    assert warning.warn_due() == 1
    assert warning.warn_due() == 0


def test_many_pages_count_each_once_and_many_changes_are_one_recount(cast, monkeypatch):
    monkeypatch.setattr(recount, "PAGE", 2)
    channel = make.channel(cast)
    talks = [waits(cast, channel) for _n in range(5)]
    for minutes in (50, 55, 60):
        set_minutes(cast, cast.warsaw, minutes)
    relay()
    assert asked() == 1
    assert recount.due(seconds=0) == 2
    assert session.scalars(sa.select(DeadlineRecount)).one().after == sorted(talks)[1]
    assert [of(talk).due_at == USUAL for talk in sorted(talks)] == [False, False, True, True, True]
    assert recount.due() == 3
    assert all(of(talk).due_at == FRIDAY.replace(hour=9) for talk in talks)
    assert asked() == 0
    assert kinds() == [5]


def test_a_change_in_between_begins_again(cast, monkeypatch):
    monkeypatch.setattr(recount, "PAGE", 1)
    channel = make.channel(cast)
    talks = [waits(cast, channel) for _n in range(2)]
    set_minutes(cast, cast.warsaw, 60)
    relay()
    recount.due(seconds=0)
    set_minutes(cast, cast.warsaw, 30)
    assert counted() == 2
    assert all(of(talk).due_at == FRIDAY.replace(hour=8, minute=30) for talk in talks)


def test_a_page_costs_as_many_statements_as_one(cast):
    channel = make.channel(cast)
    seen = []
    costs = []
    for many in (1, 20):
        talks = [waits(cast, channel) for _n in range(many)]
        set_minutes(cast, cast.warsaw, 10 + many)
        relay()
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(db.engine(), "before_cursor_execute", listen)
        assert recount.page() >= len(talks)
        sa.event.remove(db.engine(), "before_cursor_execute", listen)
        db.commit()
        costs.append(len(seen))
        seen.clear()
    assert costs[1] <= costs[0]


def test_only_who_sets_up_the_region_can_cause_it(cast):
    talk = waits(cast)
    page = f"/inbox/settings/{cast.warsaw.id}"
    assert cast.author.post(page, {"minutes": "60", "words": ""}).status_code == 403
    assert counted() == 0
    assert of(talk).due_at == USUAL
