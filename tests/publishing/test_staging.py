"""Decisions: media is staged up to ten minutes before; the clearance is checked again at the send."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.publishing import house
from tests.publishing.sink import error
from tests.publishing.test_approved import picture
from webapp import db
from webapp.approvals import decisions
from webapp.approvals.models import Decision
from webapp.assets import store
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.networks.base import Remedy
from webapp.posts.models import Medium, Post
from webapp.publishing import pauses, staged, staging
from webapp.publishing.models import Delivery, Pause


def illustrate(cast, post):
    session.add(Medium(id=new_id(), post_id=post.id, asset_id=picture(cast).id, alt="A grapefruit"))
    db.commit()
    session.refresh(post)
    return post


@pytest.fixture
def post(cast, clock, sink):
    """Cleared, with one picture, due in half an hour."""
    made = illustrate(cast, house.post(cast, [house.channel(cast)]))
    house.approve(cast, made)
    return made


def ahead(clock=None, **forward):
    """Let time pass, then do what the worker does, and wait for its uploads."""
    if clock is not None:
        clock.forward(**forward)
    session.remove()
    count = staging.stage_ahead()
    staging.join(10)
    session.remove()
    return count


def media(delivery):
    return staged.ready(delivery, staging.outgoing.draft(delivery), staging.times.now())


def test_pictures_go_ten_minutes_before_and_the_post_at_its_minute(cast, clock, sink, post):
    assert ahead(clock, minutes=19, seconds=59) == 0
    assert ahead(clock, seconds=1) == 1
    assert [call for call, _ in sink.calls] == ["stage"]
    assert not sink.posts
    assert house.one(post).state == "scheduled"
    assert ahead() == 0
    assert house.send(clock, minutes=10) == 1
    assert [call for call, _ in sink.calls] == ["stage", "publish"]
    (draft,) = sink.posts.values()
    assert draft.staged == (draft.pictures[0].sha256,)
    assert house.one(post).staged == ""
    assert house.kinds(post) == ["delivery.scheduled", "delivery.published"]


def test_what_is_kept_is_sealed_and_serves_no_other_revision(cast, clock, sink, post):
    ahead(clock, minutes=20)
    delivery = house.one(post)
    given = media(delivery)
    assert given
    assert given[0] not in delivery.staged
    delivery.revision_id = new_id()
    assert media(delivery) == ()
    session.rollback()


def test_what_has_no_pictures_is_looked_at_once(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    assert ahead(clock, minutes=25) == 0
    assert house.one(post).stage_at == house.one(post).due_at
    assert house.send(clock, minutes=5) == 1
    assert sink.asked("stage") == 0


def test_without_its_nod_nothing_leaves(cast, clock, sink):
    illustrate(cast, house.post(cast, [house.channel(cast)]))
    assert ahead(clock, minutes=25) == 0
    assert not sink.calls


def test_a_yes_that_no_longer_counts_stops_it(cast, clock, sink, post):
    session.execute(sa.update(Decision).values(undone_at=clock()))
    db.commit()
    assert ahead(clock, minutes=25) == 0
    assert not sink.calls


def test_undo_forgets_what_was_handed_over(cast, clock, sink, post):
    ahead(clock, minutes=21)
    decisions.undo(session.scalars(sa.select(Decision)).unique().one(), cast.actor("approver"))
    db.commit()
    (delivery,) = house.of(post)
    assert (delivery.state, delivery.staged) == ("cancelled", "")
    assert house.send(clock, minutes=9) == 0
    assert not sink.posts


def test_undo_while_it_is_being_handed_over(cast, clock, sink, post):
    clock.forward(minutes=21)
    (ticket,) = staging.take(5)
    decisions.undo(session.scalars(sa.select(Decision)).unique().one(), cast.actor("approver"))
    db.commit()
    assert staging.stage(ticket) is False
    assert house.of(post)[0].staged == ""


def test_a_pause_stops_it_and_its_end_lets_it_go(cast, clock, sink, post):
    pauses.pause(cast.warsaw, "news", cast.actor("approver"))
    db.commit()
    assert ahead(clock, minutes=21) == 0
    pauses.end(session.scalars(sa.select(Pause)).one(), cast.actor("approver"))
    db.commit()
    assert ahead() == 0
    assert ahead(clock, seconds=61) == 1
    assert sink.asked("stage") == 1


def test_a_pause_after_it_still_stops_the_send(cast, clock, sink, post):
    ahead(clock, minutes=21)
    pauses.pause(cast.warsaw, "news", cast.actor("approver"))
    db.commit()
    house.send(clock, minutes=9)
    assert (house.one(post).state, house.one(post).held_by, house.one(post).staged) == ("held", "pause", "")
    assert not sink.posts


def test_a_channel_to_reconnect_is_left_alone(cast, clock, sink, post):
    session.execute(sa.update(Channel).values(health="reconnect"))
    db.commit()
    assert ahead(clock, minutes=21) == 0
    assert not sink.calls


def test_a_new_revision_is_handed_over_anew(cast, clock, sink, post):
    ahead(clock, minutes=21)
    session.execute(sa.update(Post).values(text="Other words"))
    db.commit()
    session.expire_all()
    house.approve(cast, session.get(Post, post.id))
    assert house.one(post).staged == ""
    assert ahead() == 1
    house.send(clock, minutes=9)
    (draft,) = sink.posts.values()
    assert (draft.text, sink.asked("stage")) == ("Other words", 2)
    assert draft.key == house.one(post).key


def test_a_crash_after_the_upload_costs_one_more_upload(cast, clock, sink, post, monkeypatch):
    clock.forward(minutes=21)
    (ticket,) = staging.take(5)
    ticket.connector.stage(ticket.account, ticket.draft)  # and then the power fails
    session.remove()
    assert ahead(clock, minutes=2, seconds=59) == 0
    assert ahead(clock, seconds=2) == 1
    assert media(house.one(post))
    house.send(clock, minutes=6)
    assert (sink.asked("stage"), sink.asked("publish"), len(sink.sent)) == (2, 1, 1)


def test_who_comes_back_late_changes_nothing(cast, clock, sink, post):
    clock.forward(minutes=21)
    (late,) = staging.take(5)
    session.remove()
    assert ahead(clock, minutes=4) == 1
    before = house.one(post).staged
    assert staging.stage(late) is False
    assert house.one(post).staged == before


def test_still_under_way_at_its_minute_the_send_does_it_itself(cast, clock, sink, post):
    clock.forward(minutes=29)
    (ticket,) = staging.take(5)
    house.send(clock, minutes=1)
    assert house.one(post).state == "published"
    assert staging.stage(ticket) is False
    assert (len(sink.sent), house.one(post).staged) == (1, "")


@pytest.mark.parametrize("remedy", list(Remedy))
def test_a_failure_to_hand_over_is_no_failure(cast, clock, sink, post, remedy):
    sink.stages.append(error(remedy))
    assert ahead(clock, minutes=20) == 1
    delivery = house.one(post)
    assert (delivery.state, delivery.problem, delivery.tries) == ("scheduled", "", 0)
    assert session.scalar(sa.select(Channel.health)) == "connected"
    assert house.kinds(post) == ["delivery.scheduled"]
    house.send(clock, minutes=10)
    assert house.one(post).state == "published"
    assert (sink.asked("stage"), house.attempts(house.one(post))) == (2, [("send", "published")])


def test_it_is_tried_again_with_back_off(cast, clock, sink, post):
    sink.stages.extend([error(Remedy.RETRY), error(Remedy.RETRY), ZeroDivisionError()])
    assert ahead(clock, minutes=20) == 1
    assert ahead(clock, seconds=1) == 0
    assert ahead(clock, seconds=3) == 1
    assert ahead(clock, seconds=3) == 0
    assert ahead(clock, seconds=6) == 1
    assert ahead(clock, seconds=16) == 1
    assert media(house.one(post))


def test_peace_that_the_network_wants_is_kept(cast, clock, sink, post):
    sink.stages.append(error(Remedy.RETRY, retry_at=clock() + timedelta(minutes=28)))
    assert ahead(clock, minutes=20) == 1
    assert ahead(clock, minutes=7, seconds=59) == 0
    assert ahead(clock, seconds=1) == 1


def test_what_the_network_has_forgotten_by_now_is_handed_over_at_the_send(cast, clock, sink, post):
    sink.keeps = timedelta(minutes=5)
    ahead(clock, minutes=20)
    house.send(clock, minutes=10)
    assert [call for call, _ in sink.calls] == ["stage", "stage", "publish"]


def test_a_send_that_has_to_wait_uses_it_again(cast, clock, sink, post):
    ahead(clock, minutes=20)
    sink.script.append(error(Remedy.RETRY, retry_at=clock() + timedelta(minutes=14)))
    house.send(clock, minutes=10)
    assert ahead(clock, minutes=1) == 0
    house.send(clock, minutes=3)
    assert [call for call, _ in sink.calls] == ["stage", "publish", "publish"]


def test_what_waits_for_longer_is_handed_over_again_near_its_time(cast, clock, sink, post):
    ahead(clock, minutes=20)
    later = clock() + timedelta(hours=2)
    session.execute(sa.update(Delivery).values(due_at=later, planned_at=later))
    db.commit()
    assert ahead(clock, minutes=109) == 0
    assert ahead(clock, minutes=1) == 1
    assert media(house.one(post))


def test_an_overwritten_picture_is_not_handed_over(cast, clock, sink, post):
    key = house.one(post).revision.content["channels"][0]["parts"][1]["key"]
    store.path_of(key).write_bytes(b"something else")
    ahead(clock, minutes=20)
    assert house.one(post).staged == ""
    assert ahead(clock, minutes=5) == 0
    house.send(clock, minutes=5)
    assert (house.one(post).state, sink.asked("publish")) == ("failed", 0)


def test_overwritten_after_it_was_handed_over_it_does_not_go_out(cast, clock, sink, post):
    ahead(clock, minutes=20)
    key = house.one(post).revision.content["channels"][0]["parts"][1]["key"]
    store.path_of(key).write_bytes(b"something else")
    house.send(clock, minutes=10)
    assert (house.one(post).state, sink.asked("publish")) == ("failed", 0)


def test_many_are_handed_over_once_each_by_several_workers(cast, clock, sink):
    channels = [house.channel(cast) for _ in range(5)]
    for n in range(4):
        house.approve(cast, illustrate(cast, house.post(cast, channels, text=f"Post {n}")))
    clock.forward(minutes=21)
    session.remove()
    workers = [threading.Thread(target=staging.stage_ahead) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    staging.join(20)
    while any(thread.is_alive() for thread in staging._under_way):
        staging.join(20)
    assert sink.asked("stage") == len(set(sink.calls)) == 20
    assert all(session.scalars(sa.select(Delivery.staged)))


def test_the_worker_never_waits_for_an_upload(cast, clock, sink, post):
    begun, go_on = threading.Event(), threading.Event()
    sink.stages.append(lambda: (begun.set(), go_on.wait(10)))
    clock.forward(minutes=21)
    session.remove()
    assert staging.stage_ahead() == 1
    assert begun.wait(10)
    other = house.cleared(cast, [house.channel(cast)], minutes=None)
    assert house.send() == 1
    assert house.state(other) == "published"
    session.remove()
    go_on.set()
    staging.join(10)
    assert media(house.one(post))
