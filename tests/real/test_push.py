"""A push service that others wrote takes what we sign and reads what we encrypt; what it leaves unchecked we check."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import cast as people
from tests.publishing.sink import Sink
from tests.push.house import push, relay, submit, subscribe
from tests.real import servers
from webapp import networks, times
from webapp.config import Config
from webapp.db import session
from webapp.push import sending, vapid
from webapp.push.models import Subscription

pytestmark = pytest.mark.real


class Browser:
    """A subscription that the service made, as `house.subscribe` takes it."""

    def __init__(self, made: dict) -> None:
        self.made = made

    def json(self) -> dict:
        return {"endpoint": self.made["endpoint"], "keys": self.made["keys"], "installed": False}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[servers.PushService]:
    with servers.push_service(tmp_path) as server:
        yield server


@pytest.fixture
def config(config: Config, service: servers.PushService) -> Config:
    sending._resting.clear()
    return replace(config, private_hosts=frozenset({service.host}), push_services=(service.host,))


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> people.Clock:
    """A Wednesday at noon in Warsaw: nobody's quiet hours. A header's end comes from the machine's clock."""
    watch = people.Clock(datetime(2026, 11, 25, 11, 0, tzinfo=UTC))
    monkeypatch.setattr(times, "clock", watch)
    return watch


@pytest.fixture(autouse=True)
def sink(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Sink()
    monkeypatch.setitem(networks.NETWORKS, made.key, made)


def test_it_verifies_the_signature_and_reads_the_message(cast: people.Cast, service: servers.PushService) -> None:
    phone = service.subscribe(vapid.public_key())
    subscribe(cast.approver, Browser(phone))
    row, _made = submit(cast, text="Sernik z grejpfrutem 🍰 مرحبا")
    relay()
    assert push() == 1
    (message,) = service.messages(phone)
    assert message["notification"]["body"].startswith("Sernik z grejpfrutem 🍰 مرحبا")
    assert message["notification"]["tag"] == f"post-{row.id}"


def test_it_refuses_the_signature_of_another_key(cast: people.Cast, service: servers.PushService) -> None:
    """That it looks at all: a subscription bound to somebody else's key gets nothing."""
    phone = service.subscribe(vapid.Signer(vapid.ec.generate_private_key(vapid.ec.SECP256R1()), "").public)
    subscribe(cast.approver, Browser(phone))
    submit(cast)
    relay()
    push()
    assert service.messages(phone) == []


def test_an_expired_subscription_goes(cast: people.Cast, service: servers.PushService) -> None:
    phone = service.subscribe(vapid.public_key())
    subscribe(cast.approver, Browser(phone))
    service.expire(phone)
    submit(cast)
    relay()
    push()
    session.rollback()
    assert session.query(Subscription).count() == 0
