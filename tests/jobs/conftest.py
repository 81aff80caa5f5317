"""A real bell: the embedded Redis, and this process connected to it."""

import pytest

from jobs import JOBS, queue
from tests.servers import valkey


@pytest.fixture
def redis(app, config):
    """A running server that `queue` is connected to."""
    with valkey.server(config) as one:
        queue.connect(one.config)
        yield one


@pytest.fixture
def on_the_list():
    """Put a job on the list for one test: `on_the_list(function)`."""
    before = dict(JOBS)

    def put(function):
        JOBS[function.__name__] = function
        return function

    yield put
    JOBS.clear()
    JOBS.update(before)
