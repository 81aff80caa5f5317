"""Two who set up at the same moment make one organization."""

import threading

import sqlalchemy as sa

from webapp import db
from webapp.errors import Conflict
from webapp.people import setup
from webapp.people.models import Organization


def test_two_at_once_make_one(app, config):
    token, outcomes, gate = setup.token(config), [], threading.Barrier(4)

    def visit(n):
        gate.wait()
        try:
            setup.carry_out(
                config, token, name=f"O{n}", person_name="A", email=f"a{n}@b.example", zone="UTC", language="en"
            )
            db.session.commit()
            outcomes.append("made")
        except Conflict:
            db.session.rollback()
            outcomes.append("late")
        finally:
            db.session.remove()

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == ["late"] * 3 + ["made"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1
