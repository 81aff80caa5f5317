"""Nothing internal is in any byte of what somebody outside gets: pages, refusals, mails, headers."""

from datetime import timedelta

import pytest

from tests.approvals import house
from tests.approvals.guests import house as outside
from tests.posts import make
from webapp import db
from webapp.approvals.life import holds
from webapp.db import session
from webapp.posts import comments
from webapp.posts.models import Post

WORDS = ("NOTE-INSIDE", "REASON-INSIDE", "STAGE-INSIDE", "OTHER-POST", "HOLD-INSIDE", "Approver", "LABEL-INSIDE")


@pytest.fixture
def world(cast, clock):
    """A post with everything said inside about it, another post, and a guest who was let in."""
    inside = outside.stage("STAGE-INSIDE", outside.APPROVERS, with_previous=True)
    outside.workflow(cast, outside.stage("STAGE-INSIDE client", outside.CLIENT), inside)
    row = outside.waiting(cast, "What goes out")
    post = session.get_one(Post, row.post_id)
    comments.add(post, "NOTE-INSIDE", cast.actor("approver"), post.current_id)
    comments.add(post, "To the client", cast.actor("author"), post.current_id, audience="client")
    db.commit()
    outside.waiting(cast, "OTHER-POST", channels=[make.channel(cast)])
    visitor, invited = outside.guest(cast, clock, row)
    return row, visitor, invited


def everything(visitor, invited) -> bytes:
    """All that a guest can make the server say about a post."""
    answers = [visitor.get(path) for path in ("", "/name", "/code", f"/posts/{invited}", f"/posts/{invited}/changes")]
    answers += [visitor.get(f"/posts/{invited}?channel=x&whole=1"), visitor.decide(invited, "changes")]
    answers += [visitor.decide(invited, "nonsense"), visitor.decide(invited, "comment", comment="x" * 3000)]
    answers += [visitor.get(f"/posts/{invited}", headers={"Accept": "application/json", "HX-Request": "true"})]
    return b"\n".join(each.data + str(each.headers).encode() for each in answers)


def clean(said: bytes) -> None:
    found = [word for word in WORDS if word.encode() in said]
    assert not found, found


def test_while_it_waits(cast, world):
    _row, visitor, invited = world
    said = everything(visitor, invited)
    assert b"What goes out" in said
    assert b"To the client" in said
    clean(said)


def test_when_it_is_held_sent_back_and_sent_again(cast, clock, world):
    row, visitor, invited = world
    post = session.get_one(Post, row.post_id)
    holds.hold(post, "HOLD-INSIDE", clock() + timedelta(hours=5), cast.actor("approver"))
    db.commit()
    clean(everything(visitor, invited) + visitor.decide(invited).data)
    holds.lift(session.get_one(Post, row.post_id), cast.actor("approver"))
    db.commit()
    house.decide(cast, row, verdict="changes", comment="REASON-INSIDE")
    clean(everything(visitor, invited) + visitor.decide(invited).data)
    house.rewrite(cast, session.get_one(Post, row.post_id), "What goes out now")
    clean(everything(visitor, invited) + visitor.decide(invited).data)


def test_when_it_was_decided_inside(cast, world):
    row, visitor, invited = world
    house.decide(cast, row)
    visitor.decide(invited, comment="Fine")
    clean(everything(visitor, invited) + visitor.decide(invited).data)


def test_in_mails(cast, clock, world):
    clean(b"".join(each.as_bytes() for each in outside.mails(cast)))


def test_nobody_else_sees_any_of_it(cast, world):
    row, visitor, invited = world
    assert cast.stranger.get(f"/posts/{row.post_id}/guests").status_code == 404
    assert cast.teammate.get(f"/posts/{row.post_id}/guests").status_code == 404
    other = outside.Visitor(cast.signed_out(), visitor.link)
    assert b"What goes out" not in other.get().data + other.get(f"/posts/{invited}").data
