"""Two approvers, an author who edits and one who withdraws at one instant: one outcome, everyone told the truth."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.approvals import house
from webapp import db
from webapp.approvals import clearance, decisions, submission
from webapp.approvals.life import claims, holds, nudges
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.errors import DomainError
from webapp.events import Event
from webapp.posts.models import Post
from webapp.publishing.models import Delivery


def at_once(verbs: dict[str, Callable[[], Any]]) -> dict[str, str]:
    """Each in a thread and a transaction of its own, let go together; by name the error, or nothing."""
    gate, told = threading.Barrier(len(verbs)), {}

    def run(name: str, verb: Callable[[], Any]) -> None:
        session.remove()
        gate.wait()
        try:
            verb()
            db.commit()
            told[name] = ""
        except DomainError as error:
            session.rollback()
            told[name] = type(error).__name__
        finally:
            session.remove()

    threads = [threading.Thread(target=run, args=each) for each in verbs.items()]
    session.remove()
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return told


def post(row: Submission) -> Post:
    return session.get_one(Post, row.post_id)


def rewrite(row: Submission, actor: Any) -> None:
    mine = post(row)
    db.lock(mine)
    mine.text = "Rewritten meanwhile"
    session.flush()
    submission.submit(mine, actor)


def whole(row: Submission) -> None:
    """What must hold whatever came first: one open submission at most, planned exactly if it is cleared."""
    session.rollback()
    query = sa.select(Submission).where(Submission.post_id == row.post_id).order_by(Submission.id)
    rows = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    alive = [each for each in rows if each.ended_at is None]
    assert len(alive) <= 1
    planned = set(session.scalars(sa.select(Delivery.revision_id).where(Delivery.state == "scheduled")))
    ready = {each.revision_id for each in alive if clearance.is_cleared(each.post_id, each.revision_id)}
    assert planned == ready
    assert {each.revision_id for each in alive if each.cleared_at} == ready
    standing = [d for d in house.rows(Decision) if d.undone_at is None]
    assert len({(d.submission_id, d.person_id) for d in standing}) == len(standing)


@pytest.mark.parametrize("round_", range(3))
def test_two_approvers_an_author_who_edits_and_one_who_withdraws(cast, round_):
    row = house.waiting(cast)
    actors = {name: cast.actor(name) for name in ("approver", "second", "author", "planner")}
    told = at_once(
        {
            "yes": lambda: decisions.decide(post(row), row.revision_id, "approve", actors["approver"]),
            "no": lambda: decisions.decide(
                post(row), row.revision_id, "changes", actors["second"], comment="Not like this"
            ),
            "edit": lambda: rewrite(row, actors["author"]),
            "withdraw": lambda: submission.withdraw(post(row), actors["planner"]),
        }
    )
    whole(row)
    assert len(told) == 4
    kinds = [event.kind for event in house.rows(Event)]
    made = [d.verdict for d in house.rows(Decision)]
    assert (told["yes"], told["no"]) == tuple("" if v in made else "Conflict" for v in ("approve", "changes"))
    assert kinds.count("post.submitted") == (2 if not told["edit"] else 1)
    assert kinds.count("post.withdrawn") == (1 if not told["withdraw"] else 0)


@pytest.mark.parametrize("round_", range(2))
def test_two_holds_a_yes_and_a_claim(cast, round_):
    row = house.waiting(cast)
    actors = {name: cast.actor(name) for name in ("approver", "second", "administrator")}
    until = house.stored(row).deadline
    told = at_once(
        {
            "hold": lambda: holds.hold(post(row), "Wait", until, actors["approver"]),
            "again": lambda: holds.hold(post(row), "Wait too", until, actors["second"]),
            "yes": lambda: decisions.decide(post(row), row.revision_id, "approve", actors["administrator"]),
            "claim": lambda: claims.take(post(row), actors["administrator"]),
        }
    )
    whole(row)
    assert (told["hold"], told["again"]) == ("", "")
    assert house.stored(row).held
    assert not clearance.is_cleared(row.post_id, row.revision_id)
    assert sum(h.ended_at is None for h in house.rows(holds.Hold)) == 1


def test_one_nudge_of_many_at_once(cast):
    row = house.waiting(cast)
    actors = [cast.actor(name) for name in ("author", "planner", "administrator")]
    told = at_once({str(n): (lambda by=by: nudges.nudge(post(row), by)) for n, by in enumerate(actors)})
    assert sorted(told.values()) == ["", "Conflict", "Conflict"]
    assert [event.kind for event in house.rows(Event)].count("submission.nudged") == 1


def test_one_has_it_of_many_at_once(cast):
    row = house.waiting(cast)
    actors = [cast.actor(name) for name in ("approver", "second", "administrator")]
    told = at_once({str(n): (lambda by=by: claims.take(post(row), by)) for n, by in enumerate(actors)})
    assert sorted(told.values()) == ["", "Conflict", "Conflict"]
