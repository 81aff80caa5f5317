"""The doctor: says what is wrong and what to do, and is content when all is well."""

import socket
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.approvals import house as approvals
from tests.servers import valkey
from tests.servers.nod import house, until
from webapp import db, events, times, vault
from webapp.config import Mail
from webapp.db import session
from webapp.events import Event, EventText, Seal
from webapp.ops import doctor, heartbeat


def findings(config):
    return {finding.what: finding for finding in doctor.examine(config)}


def test_every_line_that_is_not_ok_says_what_to_do(app, config):
    for finding in doctor.examine(config):
        assert finding.seen
        assert finding.state == doctor.OK or finding.todo, finding


def test_a_lost_redis_is_looked_at_calmly(app, config):
    assert findings(config)["Redis"].state == doctor.WARN


def test_redis_and_its_workers(app, config):
    with valkey.server(config) as one:
        found = findings(one.config)
        assert found["Redis"].state == doctor.OK
        assert found["Workers"].state == doctor.WARN


def test_clock_and_relay_are_heard(app, config):
    assert findings(config)["Clock"].state == doctor.WARN
    heartbeat.beat("clock")
    heartbeat.beat("relay")
    found = findings(config)
    assert (found["Clock"].state, found["Relay"].state) == (doctor.OK, doctor.OK)


def test_a_heartbeat_is_heard_for_ten_seconds(app, clock):
    heartbeat.beat("clock")
    heartbeat.beat("clock")
    assert heartbeat.heard("clock")
    assert not heartbeat.heard("relay")
    clock.forward(seconds=10)
    assert heartbeat.heard("clock")
    clock.forward(seconds=1)
    assert not heartbeat.heard("clock")


def test_clocks_that_disagree(app, config, clock):
    if config.database_url.startswith("sqlite"):
        assert "Clocks" not in findings(config)
        return
    assert findings(config)["Clocks"].state == doctor.OK
    clock.forward(seconds=7)
    assert findings(config)["Clocks"].state == doctor.BAD


def test_an_old_schema(app, config):
    from webapp import db

    with db.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    try:
        assert findings(config)["Migrations"].state == doctor.BAD
    finally:
        from alembic import command

        from webapp.migrations import run

        with db.engine().begin() as connection:
            command.stamp(run.settings(connection), "head")


def sealed(cast):
    """A decision in the trail, with its chain."""
    row = approvals.waiting(cast, text="Words of a person")
    approvals.decide(cast, row, "approver", "reject", comment="Not like this")
    events.seal_pending(times.now(), limit=5000)
    db.commit()
    return row


def test_the_trail_of_every_organization_is_verified(cast, config):
    sealed(cast)
    found = findings(config)["Trail"]
    assert (found.state, found.seen.partition(",")[0]) == (doctor.OK, "whole")


def test_an_event_that_was_put_in_and_a_text_that_was_changed_are_found(cast, config):
    sealed(cast)
    approvals.waiting(cast, text="Later")
    later = sa.select(Event.id).where(Event.id.not_in(sa.select(Seal.event_id))).limit(1)
    event, last = session.scalars(later).one(), session.scalars(sa.select(sa.func.max(Seal.position))).one()
    session.add(Seal(event_id=event, chain=str(cast.organization.id), position=last + 1, hash="0" * 64))
    session.execute(sa.update(EventText).values(text="other words"))
    db.commit()
    found = findings(config)["Trail"]
    assert found.state == doctor.BAD
    assert "Pomela" in found.seen
    assert f"the chain does not fit at event {last + 1} of {last + 1}" in found.seen
    assert "texts were changed" in found.seen
    assert "backup" in found.todo


def test_keys_that_others_can_read(app, config):
    vault.path(config).chmod(0o644)
    assert findings(config)["Keys"].state == doctor.BAD


def test_a_database_that_does_not_answer(app, config):
    found = findings(replace(config, database_url="postgresql://nobody:canary-1@127.0.0.1:9/nod"))
    assert found["Database"].state == doctor.BAD
    assert "canary-1" not in "".join(map(str, found.values()))


def test_http_on_a_real_name(app, config):
    assert findings(replace(config, base_url="http://nod.example"))["Address"].state == doctor.BAD
    assert findings(replace(config, base_url="http://localhost:8000"))["Address"].state == doctor.OK


@pytest.fixture
def smtp():
    """A mail server that takes `user` with `pass`."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    def check(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"user", b"pass"))

    class Sink:
        async def handle_DATA(self, _server, _session, _envelope):
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(
        Sink(), hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False, auth_required=True
    )
    controller.start()
    yield port
    controller.stop()


def test_mail(app, config, smtp):
    assert findings(config)["Mail"].state == doctor.WARN
    right = Mail(host="127.0.0.1", port=smtp, user="user", password="pass", tls=False)
    assert findings(replace(config, mail=right))["Mail"].state == doctor.OK
    assert findings(replace(config, mail=replace(right, password="canary-2")))["Mail"].state == doctor.BAD
    assert findings(replace(config, mail=replace(right, port=9)))["Mail"].state == doctor.BAD


@pytest.mark.thorough
def test_of_a_running_installation():
    with house() as one:
        one.start()
        until(lambda: one.get("/readyz")[0] == 200, "everything is ready")
        done = one.command("doctor")
        assert done.returncode == 0, done.stdout
        assert " bad " not in done.stdout
        assert "Workers: 1" in done.stdout
