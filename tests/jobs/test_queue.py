"""The bell: a thousand rings are one job, its loss is survived, and whoever writes to Redis runs nothing."""

import json
import shutil
import socket
import time

import pytest
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from jobs import UnknownJob, queue
from jobs.queue import Forged, Listed, Signed, ring
from jobs.worker import Worker
from tests.conftest import config_for
from tests.servers import valkey
from tests.servers.nod import until
from webapp import db, vault


def work():
    """Do everything that waits, as the worker does, and come back."""
    own = queue.connection()
    worker = Worker([queue.queue(own)], connection=own, job_class=Listed, serializer=Signed, default_result_ttl=0)
    worker.work(burst=True, logging_level="CRITICAL")


@pytest.fixture
def redis(sqlite_template, tmp_path):
    """A server and this process connected to it. The database matters little to a bell: one kind, no pages."""
    shutil.copy(sqlite_template, tmp_path / "nod.db")
    config = config_for(tmp_path, f"sqlite:///{tmp_path / 'nod.db'}")
    vault.load(config)
    db.init(config)
    with valkey.server(config) as one:
        queue.connect(one.config)
        yield one
    db.dispose()


@pytest.fixture
def heard(on_the_list):
    """How often the job `hears` ran, and with what."""
    calls = []

    @on_the_list
    def hears(*ids):
        calls.append(ids)

    return calls


def test_a_thousand_rings_are_one_job(redis, heard):
    assert all(ring("hears") for _ in range(1000))
    assert queue.queue().count == 1
    work()
    assert heard == [()]


def test_rings_for_different_ids_are_different_jobs(redis, heard):
    ring("hears", "a"), ring("hears", "b"), ring("hears", "a")
    work()
    assert sorted(heard) == [("a",), ("b",)]


def test_a_ring_during_the_run_is_heard(redis, on_the_list):
    runs = []

    @on_the_list
    def rings_once():
        runs.append(1)
        if len(runs) == 1:
            ring("rings_once")

    ring("rings_once")
    work()
    assert len(runs) == 2


def test_nothing_is_kept_of_what_succeeded(redis, heard):
    ring("hears")
    work()
    assert not list(queue.connection().scan_iter("rq:job:*"))


def test_a_lost_redis_is_an_answer_and_not_an_error(redis, heard):
    redis.kill()
    before = time.monotonic()
    assert ring("hears") is False
    assert time.monotonic() - before < 3
    redis.start()
    until(lambda: ring("hears"), "the bell rings again", 5)
    work()
    assert len(heard) == 1


def test_a_job_that_fails_does_not_stop_the_worker(redis, on_the_list, heard):
    @on_the_list
    def breaks():
        raise RuntimeError

    ring("breaks"), ring("hears")
    work()
    assert heard == [()]


@pytest.mark.parametrize("serializer", [None, JSONSerializer])
def test_a_forged_job_runs_nothing(redis, heard, tmp_path, serializer):
    """As whoever can write to Redis would: with RQ itself, onto our queue."""
    mark = tmp_path / "ran"
    theirs = Queue(queue.NAME, connection=queue.connection(), serializer=serializer)
    theirs.enqueue("os.system", f"touch {mark}")
    theirs.enqueue("subprocess.check_call", ["touch", str(mark)])
    ring("hears")
    work()
    assert not mark.exists()
    assert heard == [()]


def test_callbacks_and_webhooks_of_a_real_job_are_dropped(redis, heard, tmp_path):
    """A signed job of ours, whose unsigned fields somebody changed."""
    mark = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(f"import pathlib\ndef call(*_): pathlib.Path({str(mark)!r}).touch()\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        ring("hears")
        (job_id,) = queue.queue().job_ids
        hook = {"url": f"http://127.0.0.1:{listener.getsockname()[1]}/", "job_status": "finished"}
        evil = {f"{when}_callback_name": "evil.call" for when in ("success", "failure", "stopped")}
        queue.connection().hset(Job.key_for(job_id), mapping=evil | {"webhooks": json.dumps([hook])})
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(tmp_path)
            work()
        assert heard == [()]
        assert not mark.exists()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_job_with_nonsense_in_its_fields_does_not_stop_the_worker(redis, heard):
    ring("hears", "spoilt")
    (job_id,) = queue.queue().job_ids
    queue.connection().hset(Job.key_for(job_id), mapping={"status": "no such state", "failure_ttl": "x"})
    ring("hears", "good")
    work()
    assert heard == [("good",)]


@pytest.mark.parametrize(
    "value",
    [
        ["os.system", None, ["true"], {}],
        ["hears", {"x": 1}, [], {}],
        ["hears", None, [], {"shell": True}],
        ["hears", None, [["nested"]], {}],
    ],
)
def test_only_a_listed_name_with_text_ids_is_a_job(redis, heard, value):
    job = Listed(id="x", connection=queue.connection(), serializer=Signed)
    job.data = Signed.dumps(value)
    with pytest.raises(UnknownJob):
        job.perform()
    assert heard == []


def test_a_changed_byte_is_noticed(redis):
    signed = bytearray(Signed.dumps(["hears", None, [], {}]))
    assert Signed.loads(bytes(signed)) == ["hears", None, [], {}]
    signed[-2] ^= 1
    with pytest.raises(Forged):
        Signed.loads(bytes(signed))


def test_commands_through_redis_are_not_obeyed(redis, heard):
    """RQ would stop a worker for a `shutdown` on its channel, and wait while `rq:suspended` is set."""
    queue.connection().set("rq:suspended", 1)
    ring("hears")
    work()
    assert heard == [()]
    assert queue.connection().pubsub_channels() == []
