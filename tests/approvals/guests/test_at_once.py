"""A guest and others at the same instant: one outcome, and everyone is told the truth."""

import threading

import pytest

from tests.approvals import house
from tests.approvals.guests import house as outside
from webapp import db
from webapp.approvals import clearance, submission
from webapp.approvals.guests import inviting
from webapp.approvals.guests.models import Guest
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.errors import DomainError
from webapp.posts.models import Post


@pytest.fixture
def row(cast):
    outside.client_only(cast)
    return outside.waiting(cast)


def together(*acts):
    """Every act at the same moment, each in its own thread; answers what each came to."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        gate.wait()
        try:
            answers[n] = act()
        except DomainError as error:
            db.rollback()
            answers[n] = error.status
        finally:
            session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def committed(verb):
    def act():
        verb()
        db.commit()
        return 303

    return act


def test_a_guest_an_editing_author_and_a_withdrawing_author(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    by = cast.actor("author")
    session.remove()

    def edit():
        post = session.get_one(Post, row.post_id)
        db.lock(post)
        post.text = "Other words"
        session.flush()
        submission.submit(post, by)

    said, *_rest = together(
        lambda: visitor.decide(invited).status_code,
        committed(edit),
        committed(lambda: submission.withdraw(session.get_one(Post, row.post_id), by)),
    )
    yeses = [d for d in house.rows(Decision) if d.undone_at is None]
    assert (said == 303) == (len(yeses) == 1)
    assert said in (303, 409)
    assert all(d.revision_id == row.revision_id for d in yeses)
    open_ones = [s for s in house.rows(Submission) if s.ended_at is None]
    assert len(open_ones) <= 1
    assert not [s for s in open_ones if s.revision_id != row.revision_id and s.cleared_at is not None]


def test_the_same_yes_from_eight_taps_counts_once(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    cookie = visitor.browser.client.get_cookie("__Host-guest", domain="nod.test")
    session.remove()

    def tap():
        own = outside.at_door(cast, visitor.link)
        own.browser.client.set_cookie("__Host-guest", cookie.value, domain="nod.test", secure=True)
        return own.decide(invited, key="k" * 32).status_code

    assert together(*[tap] * 8) == [303] * 8
    assert len(house.rows(Decision)) == 1
    assert clearance.is_cleared(row.post_id, row.revision_id)


def test_a_yes_and_its_revocation(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    guest_id, by = outside.invitation(invited).guest_id, cast.actor("author")
    session.remove()

    def revoke():
        post = session.get_one(Post, row.post_id)
        inviting.revoke(session.get_one(Guest, guest_id), post, by)

    said, _done = together(lambda: visitor.decide(invited).status_code, committed(revoke))
    assert said in (303, 404)
    session.rollback()
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert house.state(row) == "waiting"
