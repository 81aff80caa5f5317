"""The sink stands in for a network: the only thing that is not real in these tests."""

import pytest

from tests.publishing.sink import Sink
from webapp import networks


@pytest.fixture
def sink(monkeypatch):
    made = Sink()
    monkeypatch.setitem(networks.NETWORKS, made.key, made)
    return made
