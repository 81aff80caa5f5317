"""Pictures of a part: handed over with it and with no other, whatever dies between the part and its pictures."""

from dataclasses import replace

import pytest

from tests.publishing import house
from tests.publishing.sink import error
from tests.publishing.test_approved import picture
from tests.publishing.test_staging import ahead
from tests.publishing.test_threads import made
from webapp import db
from webapp.assets import store
from webapp.db import new_id, session
from webapp.networks.base import Remedy
from webapp.posts import revisions
from webapp.posts.models import Medium, Post
from webapp.publishing import flight, sending, settle, staged, staging

pytestmark = pytest.mark.one_database

TEXTS = ["One", "Two", "Three"]
SEEN = [["text"], ["part-1", "part-1 too"], ["part-comment"]]


@pytest.fixture
def sink(sink):
    """A network with threads."""
    sink.limits = replace(sink.limits, parts=10)
    return sink


@pytest.fixture
def post(cast, clock, sink):
    """Three parts with pictures, the same file throughout and a description of its own each time. Has its nod."""
    of = picture(cast).id
    row = house.post(cast, [house.channel(cast)], text="One")
    row.parts = [{"kind": "thread", "text": "Two"}, {"kind": "comment", "text": "Three"}]
    for n, alt in enumerate(alt for row_ in SEEN for alt in row_):
        part = alt.split()[0].replace("text", "")
        session.add(Medium(id=new_id(), post_id=row.id, asset_id=of, alt=alt, part=part, position=n))
    db.commit()
    session.refresh(row)
    house.approve(cast, row)
    return row


def seen(sink):
    """The descriptions of what was really posted, in order."""
    return [[each.alt for each in sink.posts[key].pictures] for key in sink.sent]


def test_each_part_goes_out_with_its_own_pictures(cast, clock, sink, post):
    house.send(clock, minutes=30)
    key = house.one(post).key
    assert (made(sink), seen(sink)) == (TEXTS, SEEN)
    assert [call for call in sink.calls if call[0] == "stage"] == [("stage", k) for k in (key, f"{key}.1", f"{key}.2")]
    assert all(len(draft.staged) == len(draft.pictures) for draft in sink.posts.values())
    assert house.state(post) == "published"


@pytest.mark.thorough
@pytest.mark.parametrize("step", ["uploaded", "asked again", "posted"])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_kill_between_a_part_and_its_pictures_doubles_nothing(cast, clock, sink, post, step, at):
    steps = {"uploaded": (sink, "stage"), "asked again": (flight, "last_look"), "posted": (settle, "settle")}
    target, name = steps[step]
    house.killed_at(target, name, at, clock, after=step != "posted")
    assert house.one(post).state == "published"
    assert (made(sink), seen(sink)) == (TEXTS, SEEN)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_upload_that_fails_is_tried_again_and_nothing_is_out_without_it(cast, clock, sink, post, at):
    sink.stages.extend([*[None] * at, error(Remedy.RETRY)])
    house.send(clock, minutes=30)
    assert (made(sink), house.one(post).state, house.one(post).part) == (TEXTS[:at], "scheduled", at)
    house.send(clock, minutes=1)
    assert (made(sink), seen(sink), house.one(post).state) == (TEXTS, SEEN, "published")


@pytest.mark.parametrize("at", [1, 2])
def test_an_unclear_answer_is_looked_up_with_the_pictures_of_its_part(cast, clock, sink, post, at, monkeypatch):
    asked, real = [], sink.probe

    def probe(account, draft, since):
        asked.append([each.alt for each in draft.pictures])
        return real(account, draft, since)

    monkeypatch.setattr(sink, "probe", probe)
    sink.script.extend([*[None] * at, "effect"])
    house.send(clock, minutes=30)
    assert house.one(post).state == "unknown"
    house.send(clock, seconds=3)
    assert asked == [SEEN[at]]
    assert (made(sink), seen(sink), sink.asked("publish")) == (TEXTS, SEEN, 3)


def test_a_file_changed_on_disk_stops_the_part_it_goes_with(cast, clock, sink, post):
    content = house.one(post).revision.content
    key = revisions.rows_of(content["channels"][0])[1][0]["key"]
    store.path_of(key).write_bytes(b"something else")
    house.send(clock, minutes=30)
    assert not sink.calls
    assert house.one(post).state == "failed"


def test_what_was_handed_over_for_a_part_serves_no_other(cast, clock, sink, post):
    """An upload ahead that ends late, when the next part is at hand."""
    clock.forward(minutes=21)
    (ticket,) = staging.take(5)
    clock.forward(minutes=9)
    (sent,) = sending.take(10)
    settle.settle(sent, flight.fly(sent))
    db.commit()
    session.remove()
    assert staging.stage(ticket) is True
    delivery = house.one(post)
    assert delivery.part == 1
    assert staged.ready(delivery, staging.outgoing.draft(delivery), clock()) == ()
    house.send(clock)
    assert (made(sink), seen(sink)) == (TEXTS, SEEN)


def test_a_comment_of_the_same_number_of_pictures_gets_its_own(cast, clock, sink, post):
    """Ahead, for a part that waits to be tried again; then for the next one."""
    sink.script.extend([None, None, error(Remedy.RETRY)])
    house.send(clock, minutes=30)
    assert (house.one(post).part, house.one(post).staged) == (2, "")
    assert ahead() == 1
    delivery = house.one(post)
    assert staged.ready(delivery, staging.outgoing.draft(delivery), clock())
    stages = sink.asked("stage")
    house.send(clock, minutes=1)
    assert (made(sink), seen(sink), sink.asked("stage")) == (TEXTS, SEEN, stages)


def test_pictures_of_a_part_that_is_out_are_changed_there(cast, clock, sink, post):
    house.send(clock, minutes=30)
    row = session.get(Post, post.id)
    for medium in row.media:
        medium.alt = f"{medium.alt}, told anew"
    row.as_soon = True
    db.commit()
    house.approve(cast, row)
    house.send(clock)
    assert seen(sink) == [[f"{alt}, told anew" for alt in row_] for row_ in SEEN]
    assert [d.state for d in house.of(post)] == ["replaced", "published"]
