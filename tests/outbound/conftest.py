"""The misbehaving server, and the list of private hosts that may be reached."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import config_for
from tests.outbound.site import Open, Server, running
from webapp import outbound


@pytest.fixture
def site() -> Iterator[Server]:
    with running(Server()) as server:
        yield server


@pytest.fixture
def allow(tmp_path: Path) -> Iterator[Open]:
    def allowed(*hosts: str) -> None:
        outbound.configure(config_for(tmp_path, "sqlite://", private_hosts=frozenset(hosts)))

    allowed()
    yield allowed
    allowed()
