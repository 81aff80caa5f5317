"""Ten thousand histories of approvals, other ones than every run lives through (`make histories`).

`NOD_HISTORY_PARTS=5` lives through the first five parts of each kind, a quarter: what CI has the time for.
"""

import os

import pytest
from hypothesis import Phase

from tests.approvals import histories
from tests.approvals.life import histories as lives
from tests.approvals.living import live

EACH = 250
"""Histories in one part; twenty parts of each kind are ten thousand."""
PARTS = int(os.environ.get("NOD_HISTORY_PARTS", "20"))


@pytest.mark.histories
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("machine", [histories.machine, lives.machine], ids=["rules", "lives"])
@pytest.mark.parametrize("part", range(PARTS))
def test_a_part_of_ten_thousand(cast, machine, part):
    live(machine(cast), EACH, Phase.generate, chance=part)
