"""Security 3 and 6: only what was approved is sent, byte for byte; the yes is recounted at the moment of sending."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from tests.publishing import house
from webapp import db
from webapp.assets import store
from webapp.db import new_id, session
from webapp.people.models import Membership
from webapp.posts.models import Medium, Revision
from webapp.publishing import sending


def picture(cast):
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 90, 40)).save(out, "JPEG")
    session.rollback()
    asset = store.take(out.getvalue(), "a.jpg", region=cast.warsaw, by=cast.people["author"])
    db.commit()
    return asset


@pytest.fixture
def illustrated(cast, clock, sink):
    asset = picture(cast)
    post = house.post(cast, [house.channel(cast)])
    session.add(Medium(id=new_id(), post_id=post.id, asset_id=asset.id, alt="A grapefruit"))
    db.commit()
    session.refresh(post)
    house.approve(cast, post)
    return post


def test_pictures_go_out_as_approved(cast, clock, sink, illustrated):
    house.send(clock, minutes=30)
    (draft,) = sink.posts.values()
    assert draft.pictures[0].alt == "A grapefruit"
    assert draft.staged == (draft.pictures[0].sha256,)


def test_an_overwritten_file_never_leaves_the_house(cast, clock, sink, illustrated):
    content = house.one(illustrated).revision.content
    key = content["channels"][0]["parts"][1]["key"]
    store.path_of(key).write_bytes(b"something else")
    house.send(clock, minutes=30)
    assert not sink.calls
    assert (house.one(illustrated).state, house.state(illustrated)) == ("failed", "failed")


def test_a_missing_file_is_no_crash(cast, clock, sink, illustrated):
    key = house.one(illustrated).revision.content["channels"][0]["parts"][1]["key"]
    store.path_of(key).unlink()
    house.send(clock, minutes=30)
    assert not sink.calls
    assert house.one(illustrated).state == "failed"


def _text(content):
    content["channels"][0]["parts"][0]["text"] = "Other words"


def _alt(content):
    content["channels"][0]["parts"][1]["alt"] = "Other words"


def _instant(content):
    content["instant"] = "2031-01-01T00:00:00Z"


def _channel(content):
    content["channels"].append({**content["channels"][0], "channel": str(new_id())})


def _picture(content):
    del content["channels"][0]["parts"][1]


@pytest.mark.parametrize("change", [_text, _alt, _instant, _channel, _picture])
def test_a_revision_changed_in_the_database_is_not_sent(cast, clock, sink, illustrated, change):
    import copy

    row = house.one(illustrated).revision
    content = copy.deepcopy(row.content)
    change(content)
    session.execute(sa.update(Revision).values(content=content))
    db.commit()
    house.send(clock, minutes=30)
    assert not sink.calls
    assert house.one(illustrated).state == "failed"


def test_an_approver_who_left_no_longer_counts(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    gone = cast.people["approver"].id
    session.execute(sa.update(Membership).where(Membership.person_id == gone).values(deactivated_at=clock()))
    db.commit()
    house.send(clock, minutes=30)
    assert not sink.calls
    assert (house.one(post).state, house.one(post).held_by) == ("held", "clearance")
    assert cast.second.post(f"/deliveries/{house.one(post).id}/release").status_code == 409


def test_no_transaction_is_open_while_a_network_is_called(cast, clock, sink):
    post = house.cleared(cast, [house.channel(cast)])
    seen = []

    def write():
        with db.engine().begin() as connection:
            connection.execute(sa.text("UPDATE posts SET version = version + 1"))
        seen.append(True)

    sink.script.append(write)
    house.send(clock, minutes=30)
    assert seen == [True]
    assert house.one(post).state == "published"


def test_a_batch_costs_few_queries(cast, clock, sink):
    channels = [house.channel(cast) for _ in range(20)]
    house.cleared(cast, channels)
    clock.forward(minutes=30)
    count = []
    session.remove()
    sa.event.listen(db.engine(), "before_cursor_execute", lambda *a: count.append(a[2]))
    assert len(sending.take(64)) == 20
    asked = [statement for statement in count if statement.startswith(("SELECT", "UPDATE", "INSERT"))]
    assert len(asked) < 20, asked
