"""A connected account on a double, the door opened for it alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import config_for
from tests.networks.doubles import DOUBLES, Double, serving
from webapp import outbound
from webapp.networks.base import Account


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Double], Account]]:
    """Start a double and give an account on it."""
    with ExitStack() as stack:

        def started(double: Double) -> Account:
            stack.enter_context(serving(double))
            host = double.url.removeprefix("http://")
            outbound.configure(config_for(tmp_path, "sqlite://", private_hosts=frozenset({host})))
            limits = {"keyed": 1} if getattr(double, "keys", False) else {}
            remote = "did:plc:a" if double is not None and "access" in double.secrets else "7"
            return Account("channel-1", remote, "@alice", double.url, dict(double.secrets), limits)

        yield started


@pytest.fixture(params=sorted(DOUBLES))
def double(request: pytest.FixtureRequest) -> Double:
    """Each network's double in turn; `double.network` is its key."""
    made = DOUBLES[request.param]()
    made.network = request.param
    return made
