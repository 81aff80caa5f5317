"""The clock of these tests stands at a Wednesday morning."""

import pytest

from .house import at


@pytest.fixture
def clock(clock):
    at(clock)
    return clock
