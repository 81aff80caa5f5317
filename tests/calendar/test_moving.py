"""Moving and copying: by the workflow's rule for changes of time, never with words nobody sent, never into the past."""

import html as markup
import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.approvals.models import Submission, Workflow
from webapp.events import Event
from webapp.posts.models import Post
from webapp.publishing.models import Delivery


def asked(cast, **more):
    """A post that waits."""
    post = make.post(cast, [make.channel(cast)], "Please look", **more)
    submission.submit(post, cast.actor("author"))
    db.commit()
    return post


def approved(cast):
    post = asked(cast)
    decisions.decide(post, post.current_id, "approve", cast.actor("approver"))
    db.commit()
    return post


def carrying(kinds):
    """Every workflow lets a yes outlive these changes."""
    db.session.execute(sa.update(Workflow).values(carries=kinds))
    db.commit()


def move(browser, post, wall="", **more):
    day, _, hour = wall.partition("T")
    post_id = house.key(post)
    version = db.session.scalar(sa.select(Post.version).where(Post.id == post_id))
    data = {"version": str(version), "do": "move", "date": day, "time": hour, **more}
    return browser.post(f"/posts/{post_id}/move", data)


def again(post):
    db.session.expire_all()
    return db.session.get_one(Post, house.key(post))


def deliveries(post):
    rows = db.session.scalars(sa.select(Delivery).where(Delivery.post_id == post.id).order_by(Delivery.id)).unique()
    return [(row.state, row.planned_at) for row in rows]


def test_a_day_of_the_week_is_filled_in_and_moves_nothing(cast):
    """Where a post that was dragged in the week leads."""
    post = house.planned(cast, house.soon(3, 9))
    db.commit()
    week = house.body(cast.author.get("/calendar/regions"))
    assert f'data-drop="day={house.soon(0)[:10]}&amp;region={cast.warsaw.id}"' in week
    assert "data-drop" not in house.body(cast.approver.get("/calendar/regions"))
    assert "data-drop" not in house.body(cast.author.get("/calendar/regions?basis=mine")), "other days than those there"
    wanted = house.soon(6)[:10]
    page = house.body(cast.author.get(f"/posts/{post.id}/move?day={wanted}&region={cast.warsaw.id}"))
    assert f'value="{wanted}"' in page
    assert 'value="09:00"' in page, "at the hour it has"
    assert again(post).wall == house.soon(3, 9)
    for nonsense in ("x", "2026-1-1", "\x00", "9" * 99):
        assert f'value="{house.soon(3)[:10]}"' in house.body(
            cast.author.get(f"/posts/{post.id}/move", query_string={"day": nonsense})
        )
    answer = cast.planner.get(f"/posts/{post.id}/move?day={wanted}&region={cast.dubai.id}")
    assert answer.headers["Location"].endswith(f"/posts/{post.id}/elsewhere?region={cast.dubai.id}")


def test_a_draft_moves_to_a_day_and_a_time(cast):
    post = make.post(cast, [])
    db.commit()
    wall = house.soon(5, 9)
    answer = move(cast.author, post, wall)
    assert answer.status_code == 303
    post = again(post)
    assert (post.wall, post.zone, post.state) == (wall, "Europe/Warsaw", "draft")
    assert post.planned_at == post.slot_at == times.plan(times.parse_wall(wall), "Europe/Warsaw").at
    event = db.session.scalars(sa.select(Event).where(Event.kind == "post.moved")).one()
    assert event.data["at"] == times.iso(post.planned_at)


def test_a_moved_post_that_waits_is_asked_for_anew(cast):
    post, wall = asked(cast), house.soon(6, 10)
    before = post.current_id
    move(cast.author, post, wall)
    post = again(post)
    assert post.current_id != before
    assert post.state == "waiting"
    assert submission.open_of(post).deadline == post.planned_at
    outcomes = db.session.scalars(sa.select(Submission.outcome).order_by(Submission.id)).all()
    assert outcomes == ["superseded", None]


def test_an_approved_post_loses_its_yes_unless_the_workflow_lets_it_stand(cast):
    post = approved(cast)
    assert post.state == "scheduled"
    page = house.body(cast.author.get(f"/posts/{post.id}/move"))
    assert "Moved, it is sent for approval again" in page
    move(cast.author, post, house.soon(6, 10))
    post = again(post)
    assert post.state == "waiting"
    assert [state for state, _at in deliveries(post)] == ["cancelled"]


def test_an_approved_post_keeps_its_yes_where_the_workflow_says_so(cast):
    post, wall = approved(cast), house.soon(6, 10)
    carrying(["time"])
    assert "Its yeses stay when only the time changes" in house.body(cast.author.get(f"/posts/{post.id}/move"))
    answer = move(cast.author, post, wall)
    assert answer.status_code == 303
    post = again(post)
    assert post.state == "scheduled"
    at = times.plan(times.parse_wall(wall), "Europe/Warsaw").at
    assert [row for row in deliveries(post) if row[0] != "cancelled"] == [("scheduled", at)]


def test_a_slot_chosen_from_the_composer_leads_back_there_and_sends_nothing(cast):
    """Also with words that nobody sent yet: else composer and slots point at each other."""
    post = asked(cast)
    before, wall = post.current_id, house.soon(6, 10)
    house.key(post)
    db.session.execute(sa.update(Post).values(text="Other words, not sent"))
    db.commit()
    page = house.body(cast.author.get(f"/posts/{post.id}/move?for=composer"))
    assert 'name="do" value="choose"' in page
    assert "Copy it" not in page
    assert f'href="/posts/{post.id}/edit"' in page
    answer = move(cast.author, post, wall, do="choose")
    assert answer.headers["Location"].endswith(f"/posts/{post.id}/edit")
    post = again(post)
    assert (post.wall, post.current_id, post.state) == (wall, before, "waiting")
    assert submission.open_of(post).deadline != post.planned_at
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Submission)) == 1


@pytest.mark.parametrize("wall", ["2020-01-01T09:00", "x"])
def test_a_time_that_is_none_is_not_chosen(cast, wall):
    post = make.post(cast, [])
    db.commit()
    answer = move(cast.author, post, wall, do="choose")
    assert answer.status_code == 422
    assert b'name="do" value="choose"' in answer.data
    assert again(post).wall != wall


def test_one_tap_takes_a_move_back(cast):
    post = make.post(cast, [])
    db.commit()
    before, page = post.planned_at, None
    move(cast.author, post, house.soon(6, 10))
    page = house.body(cast.author.get(f"/posts/{post.id}"))
    undo = markup.unescape(re.search(r'action="([^"]+/move/back[^"]*)"', page)[1])
    assert cast.author.post(undo).status_code == 303
    assert again(post).planned_at == before
    assert cast.author.post(undo).status_code == 409


def test_what_is_taken_back_is_approved_as_before(cast):
    post = approved(cast)
    before = post.planned_at
    move(cast.author, post, house.soon(6, 10))
    page = house.body(cast.author.get(f"/posts/{house.key(post)}"))
    undo = markup.unescape(re.search(r'action="([^"]+/move/back[^"]*)"', page)[1])
    answer = cast.author.post(undo)
    assert "It is approved as before." in house.body(cast.author.get(answer.headers["Location"]))
    post = again(post)
    assert post.state == "scheduled"
    assert [row for row in deliveries(post) if row[0] != "cancelled"] == [("scheduled", before)]


def test_words_nobody_sent_are_not_sent_by_a_move(cast):
    post = asked(cast)
    db.session.execute(sa.update(Post).where(Post.id == post.id).values(text="Other words"))
    db.commit()
    before = again(post).planned_at
    answer = move(cast.author, again(post), house.soon(6, 10))
    assert answer.status_code == 409
    assert again(post).planned_at == before


def test_a_move_of_an_older_version_is_refused(cast):
    post = make.post(cast, [])
    db.commit()
    before = post.planned_at
    assert move(cast.author, post, house.soon(6, 10), version=7).status_code == 409
    assert move(cast.author, post, house.soon(6, 10), version="x").status_code == 409
    assert again(post).planned_at == before


@pytest.mark.parametrize(("state", "status"), [("published", 403), ("sending", 403), ("failed", 403), ("unknown", 403)])
def test_what_went_out_stays_and_is_copied_instead(cast, state, status):
    post = house.planned(cast, house.soon(), state=state)
    db.commit()
    page = house.body(cast.author.get(f"/posts/{post.id}/move"))
    assert 'name="do" value="copy"' in page
    answer = move(cast.author, post, house.soon(6))
    assert answer.status_code in (status, 422)
    assert again(post).wall == house.soon()
    answer = move(cast.author, post, house.soon(6), do="copy")
    assert answer.status_code == 303
    copy = db.session.scalars(sa.select(Post).where(Post.id != post.id)).one()
    assert (copy.state, copy.wall, copy.text) == ("draft", house.soon(6), post.text)
    assert copy.slot_at == copy.planned_at


def test_the_past_is_refused_and_what_was_typed_stays(cast):
    post = make.post(cast, [])
    db.commit()
    answer = move(cast.author, post, house.soon(-2, 9))
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "This time is too near" in text
    assert f'value="{house.soon(-2)[:10]}"' in text


@pytest.mark.parametrize(
    ("zone", "wall", "question"),
    [
        ("Europe/Warsaw", "2027-03-28T02:30", "does not exist"),
        ("Europe/Warsaw", "2027-10-31T02:30", "comes twice"),
        ("Australia/Lord_Howe", "2027-10-03T02:15", "does not exist"),
        ("Africa/Cairo", "2027-04-30T00:30", "does not exist"),
    ],
)
def test_an_hour_the_clocks_skip_or_double_is_asked_about(cast, clock, zone, wall, question):
    clock.at = datetime(2027, 1, 10, tzinfo=UTC)
    cast.warsaw.zone = zone
    post = make.post(cast, [])
    db.session.execute(sa.text("UPDATE regions SET zone = :zone WHERE name = 'Warsaw'"), {"zone": zone})
    db.commit()
    answer = move(cast.author, post, wall)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert question in text
    field, value = re.search(r'name="(instead|fold)" value="([^"]+)"', text).groups()
    assert move(cast.author, post, wall, **{field: value}).status_code == 303
    local = times.local(again(post).planned_at, zone).replace(tzinfo=None)
    assert (local == times.parse_wall(wall)) == (field == "fold")


@pytest.mark.parametrize("at", ["x", "2026-01-01", "9999-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "\x00"])
def test_a_damaged_slot_is_refused(cast, at):
    post = make.post(cast, [])
    db.commit()
    assert move(cast.author, post, at=at).status_code == 422


def test_only_who_writes_there_moves(cast):
    post = make.post(cast, [])
    db.commit()
    for browser, status in ((cast.approver, 403), (cast.teammate, 404), (cast.stranger, 404)):
        assert browser.get(f"/posts/{post.id}/move").status_code == status
        assert move(browser, post, house.soon(6)).status_code == status


def test_an_expired_post_is_sent_again_with_its_new_time(cast, clock):
    post = asked(cast)
    clock.forward(days=3)
    from webapp.approvals import sweep

    sweep.expire_due()
    db.commit()
    post = again(post)
    assert post.state == "expired"
    move(cast.author, post, house.soon(4, 12))
    assert again(post).state == "waiting"


def test_a_planned_day_over_a_change_of_clocks_keeps_its_wall_time(cast, clock):
    """The same hour on either side of the change: the instants differ, the clocks there do not."""
    clock.at = datetime(2027, 3, 1, tzinfo=UTC)
    for zone in ("Europe/Warsaw", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe"):
        for day in range(1, 29):
            wall = datetime(2027, 3, day, 18, 30)
            at = times.plan(wall, zone).at
            assert times.local(at, zone).replace(tzinfo=None) == wall
            assert abs((at - wall.replace(tzinfo=UTC)).total_seconds()) <= timedelta(hours=14).total_seconds()
