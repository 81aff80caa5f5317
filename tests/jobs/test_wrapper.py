"""The one wrapper: what runs, what is kept, what is told."""

import json

import pytest
import sqlalchemy as sa

from jobs import UnknownJob, perform, start
from webapp import db, events, times
from webapp.leases import Lease


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def names():
    return set(db.session.scalars(sa.select(Lease.name)))


def leave(name):
    db.session.add(Lease(name=name, owner="somebody", until=times.now()))


def test_what_a_job_did_is_kept(app, on_the_list, capsys):
    @on_the_list
    def leaves(name):
        leave(name)
        return 1

    assert perform("leaves", "kept") == 1
    assert names() == {"kept"}
    told = lines(capsys)[-1]
    assert (told["kind"], told["job"], told["ids"], told["result"]) == ("job", "leaves", ["kept"], 1)


def test_what_a_failing_job_did_is_undone_and_its_words_are_not_told(app, on_the_list, capsys):
    @on_the_list
    def fails():
        leave("undone")
        db.session.flush()
        raise ValueError("token-canary-7f3a")

    with pytest.raises(ValueError, match="canary"):
        perform("fails")
    assert names() == set()
    (told,) = lines(capsys)
    assert (told["level"], told["error"]) == ("error", "ValueError")
    assert "canary" not in json.dumps(told)
    assert any("test_wrapper.py" in place for place in told["where"])


def test_only_what_is_listed_runs(app):
    with pytest.raises(UnknownJob):
        perform("os.system", "true")


def test_events_of_a_job_say_so(app, on_the_list):
    @on_the_list
    def acts():
        assert events.origin.get() == "job:acts"

    perform("acts")
    assert events.origin.get() != "job:acts"


def test_every_sweep_is_on_the_list_and_may_run_twice(app):
    from jobs import JOBS
    from jobs.sweeps import AFTER_RELAY, PERIODIC

    assert start.LISTED
    assert {*PERIODIC, *AFTER_RELAY, "publish_due"} <= set(JOBS)
    for name in [*JOBS, *JOBS]:
        perform(name)
