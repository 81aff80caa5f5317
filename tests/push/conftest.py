"""Every test of this folder has a push service of its own on loopback, and it is never night."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests import cast as people
from tests.publishing.sink import Sink
from tests.push import service as services
from webapp import networks, times
from webapp.push import sending


@pytest.fixture
def service():
    made = services.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def config(config, service):
    sending._resting.clear()
    return replace(config, private_hosts=frozenset({service.host}), push_services=(service.host, "push.example"))


@pytest.fixture
def clock(monkeypatch):
    """A Wednesday at noon in Warsaw, standing still until told."""
    watch = people.Clock(datetime(2026, 11, 25, 11, 0, tzinfo=UTC))
    monkeypatch.setattr(times, "clock", watch)
    return watch


@pytest.fixture
def sink(monkeypatch):
    made = Sink()
    monkeypatch.setitem(networks.NETWORKS, made.key, made)
    return made
