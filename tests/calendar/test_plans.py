"""Governments move clocks: plans that this touches are found and asked about, and nothing moves by itself."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

import jobs
from jobs import start
from jobs.sweeps import PERIODIC
from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.approvals.models import Workflow
from webapp.calendar.models import ShiftedPlan
from webapp.calendar.plans import looking
from webapp.events import Event
from webapp.posts.models import Post


def look():
    asked = looking.look()
    db.commit()
    return asked


def shifted(post, hours=1):
    """As after a change of the zone's rules: the stored moment is no longer where the hour now lies."""
    moved = post.planned_at + timedelta(hours=hours)
    db.session.execute(sa.update(Post).where(Post.id == house.key(post)).values(planned_at=moved, slot_at=moved))
    db.commit()
    return moved


def fresh(post):
    db.session.expire_all()
    return db.session.get_one(Post, house.key(post))


def answers():
    return db.session.scalars(sa.select(ShiftedPlan.answer).order_by(ShiftedPlan.id)).all()


def approved_then_shifted(cast):
    """Approved at a moment; then its wall time says another one."""
    post = make.post(cast, [make.channel(cast)], "Approved")
    submission.submit(post, cast.actor("author"))
    decisions.decide(post, post.current_id, "approve", cast.actor("approver"))
    wall = times.parse_wall(post.wall) + timedelta(hours=1)
    db.session.execute(sa.update(Post).where(Post.id == post.id).values(wall=wall.isoformat(timespec="minutes")))
    db.commit()
    return fresh(post)


def test_a_plan_as_it_was_chosen_is_not_asked_about(cast):
    make.post(cast, [])
    doubled = times.plan(times.parse_wall("2027-10-31T02:30"), "Europe/Warsaw", fold=1)
    house.planned(cast, "2027-10-31T12:00", text="The second of two")
    db.session.execute(
        sa.update(Post).where(Post.text == "The second of two").values(planned_at=doubled.at, wall="2027-10-31T02:30")
    )
    db.commit()
    assert look() == 0


def test_a_plan_in_doubt_is_asked_about_once_and_stays_where_it_is(cast):
    post = make.post(cast, [], "In doubt")
    db.commit()
    at = shifted(post)
    assert (look(), look()) == (1, 0)
    assert fresh(post).planned_at == at
    row = db.session.scalars(sa.select(ShiftedPlan)).one()
    assert row.would_be_at == at - timedelta(hours=1)
    events = db.session.scalars(sa.select(Event).where(Event.kind == "plan.questioned")).all()
    assert [event.subject_id for event in events] == [house.key(post)]
    html = house.body(cast.author.get("/calendar"))
    assert "A change of clocks puts 1 time in doubt" in html
    assert "In doubt" in house.body(cast.author.get("/calendar/plans"))


def test_nobody_of_another_region_sees_it_or_answers(cast):
    post = make.post(cast, [], "In doubt")
    db.commit()
    shifted(post)
    look()
    path = f"/posts/{house.key(post)}/plan"
    for browser, status in ((cast.teammate, 404), (cast.stranger, 404), (cast.approver, 403)):
        assert browser.post(path, {"meant": "instant"}).status_code == status
    for browser in (cast.teammate, cast.stranger):
        assert "In doubt" not in house.body(browser.get("/calendar/plans"))
        assert "in doubt" not in house.body(browser.get("/calendar"))
    assert answers() == [""]


def test_keeping_the_hour_moves_it_by_the_rule_for_times(cast):
    post = approved_then_shifted(cast)
    db.session.execute(sa.update(Workflow).values(carries=["time"]))
    db.commit()
    assert look() == 1
    before = fresh(post).planned_at
    assert cast.author.post(f"/posts/{house.key(post)}/plan", {"meant": "wall"}).status_code == 303
    post = fresh(post)
    assert (post.planned_at, post.state) == (before + timedelta(hours=1), "scheduled")
    assert look() == 0
    assert answers() == ["wall"]


def test_keeping_the_moment_keeps_every_yes(cast):
    post = approved_then_shifted(cast)
    look()
    before = fresh(post)
    at, current = before.planned_at, before.current_id
    assert cast.author.post(f"/posts/{house.key(post)}/plan", {"meant": "instant"}).status_code == 303
    post = fresh(post)
    assert (post.planned_at, post.current_id, post.state) == (at, current, "scheduled")
    assert times.local(at, "Europe/Warsaw").strftime("%Y-%m-%dT%H:%M") == post.wall
    assert look() == 0


def test_an_answer_counts_once_and_not_after_a_move(cast):
    post = make.post(cast, [], "In doubt")
    db.commit()
    shifted(post)
    look()
    path = f"/posts/{house.key(post)}/plan"
    assert cast.author.post(path, {"meant": "x"}).status_code == 422
    assert cast.author.post(path, {"meant": "instant"}).status_code == 303
    assert cast.author.post(path, {"meant": "wall"}).status_code == 409


def test_who_gave_it_another_time_has_answered(cast):
    post = make.post(cast, [], "In doubt")
    db.commit()
    shifted(post)
    look()
    day, _, hour = house.soon(9).partition("T")
    cast.author.post(f"/posts/{house.key(post)}/move", {"version": "1", "do": "move", "date": day, "time": hour})
    look()
    assert answers() == ["moved"]
    assert "In doubt" not in house.body(cast.author.get("/calendar/plans"))


def test_a_second_change_of_the_rules_is_asked_about_anew(cast):
    post = make.post(cast, [], "In doubt")
    db.commit()
    shifted(post)
    look()
    cast.author.post(f"/posts/{house.key(post)}/plan", {"meant": "instant"})
    shifted(fresh(post), hours=2)
    assert look() == 1
    assert answers() == [""]


def test_a_zone_that_is_gone_is_said_and_only_the_moment_can_be_kept(cast):
    post = make.post(cast, [], "Atlantis")
    db.commit()
    db.session.execute(sa.update(Post).where(Post.id == house.key(post)).values(zone="Europe/Atlantis"))
    db.commit()
    assert look() == 1
    html = house.body(cast.author.get("/calendar/plans"))
    assert 'value="wall"' not in html
    path = f"/posts/{house.key(post)}/plan"
    assert cast.author.post(path, {"meant": "wall"}).status_code == 409
    assert cast.author.post(path, {"meant": "instant"}).status_code == 303
    assert fresh(post).zone == "UTC"


@pytest.mark.parametrize("state", ["published", "rejected", "expired", "failed"])
def test_what_is_over_is_not_asked_about(cast, state):
    post = house.planned(cast, house.soon(), state=state)
    db.commit()
    shifted(post)
    assert look() == 0


def test_every_plan_is_looked_at_however_many_there_are(cast, monkeypatch):
    monkeypatch.setattr(looking, "CHUNK", 2)
    posts = [make.post(cast, [], f"Post {n}") for n in range(5)]
    db.commit()
    for post in posts:
        shifted(post)
    assert look() == 5


def test_the_clock_comes_round_to_it(cast):
    assert start
    assert "look_at_plans" in PERIODIC
    assert jobs.perform("look_at_plans") == 0
