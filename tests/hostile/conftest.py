"""One of everything, and no limit on how often: the limits have tests of their own."""

import pytest

from tests.test_walk import world
from webapp.http.limits import limiter

__all__ = ["world"]


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    """Thousands of requests in a minute are the test here."""
    monkeypatch.setattr(limiter, "enabled", False)
