"""Several hosts on one PostgreSQL and one Redis: several clocks and relays do no harm, and one host may die."""

import base64
import json
import secrets
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from tests.conftest import config_for
from tests.servers import valkey
from tests.servers.nod import ROOT, house, until
from webapp import db, events, vault
from webapp.people import organizations

PARTS = ("worker", "clock", "relay")


@pytest.fixture
def database(cluster):
    """An empty database of this test's own."""
    name = f"hosts_{secrets.token_hex(4)}"
    engine = sa.create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield f"{cluster}/{name}"
    db.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def shared(database, tmp_path):
    """What every host gets: database, Redis and keys."""
    keys = json.dumps({"k1": base64.b64encode(secrets.token_bytes(32)).decode()})
    with valkey.server(config_for(tmp_path, database)) as redis:
        yield {"DATABASE_URL": database, "REDIS_URL": redis.config.redis_url, "NOD_KEYS": keys, "NOD_DEMO": "0"}


def begin(one, *words):
    """Start one part of a host; it ends with the house."""
    log = (one.data.parent / "err").open("a")
    whole = [sys.executable, "-m", "webapp.cli", *words]
    return subprocess.Popen(whole, cwd=ROOT, env=one.environment, stdout=log, stderr=log)


def ready(one, parts):
    assert not [part.args for part in parts if part.poll() is not None], one.log[-3000:]
    return one.alive() and one.get("/readyz")[0] == 200


def record(number):
    organization = organizations.create(f"Company {number}", zone="UTC")
    db.commit()
    return str(organization.id)


def left():
    count = db.session.scalar(sa.select(sa.func.count()).select_from(events.Pending))
    db.session.remove()
    return count


@pytest.mark.thorough
def test_two_hosts_share_the_work_and_one_may_die(shared, tmp_path):
    with house(**shared) as first, house(**shared) as second:
        first.start()
        assert not first.valkey(), "with REDIS_URL there is no embedded server"
        parts = [begin(second, part) for part in PARTS]
        parts.append(begin(second, "web", "--bind", f"127.0.0.1:{second.port}"))
        until(lambda: ready(second, parts), "the second host is ready")
        config = config_for(tmp_path, shared["DATABASE_URL"], keys=shared["NOD_KEYS"])
        vault.load(config)
        db.init(config)
        chains = [record(number) for number in range(5)]
        until(lambda: left() == 0, "every event is sealed and told")
        first.kill()
        chains += [record(number) for number in range(5, 10)]
        until(lambda: left() == 0, "the other host goes on")
        assert [events.broken_link(chain) for chain in chains] == [None] * 10
        assert second.get("/readyz")[0] == 200
        for part in parts:
            part.send_signal(signal.SIGTERM)
        assert [part.wait(15) for part in parts] == [0, 0, 0, 0]
