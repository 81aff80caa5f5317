"""In any history nothing is cleared without what it needs and nothing is blocked for ever; breaking that is noticed."""

import pytest
from hypothesis import Phase

from tests.approvals.life.histories import TOLD, machine, play
from tests.approvals.life.mutants import MUTANTS
from tests.approvals.living import live


def live_all(cast):
    """What is told, and what chance brings."""
    for told in TOLD:
        play(cast, *told)
    live(machine(cast), 200, Phase.generate)


@pytest.mark.one_database
@pytest.mark.parametrize("told", TOLD)
def test_what_is_told(cast, told):
    play(cast, *told)


@pytest.mark.one_database
def test_any_history(cast, database_url):
    live(machine(cast), 30 if database_url.startswith("sqlite") else 10)


@pytest.mark.thorough
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_many_histories(cast):
    live(machine(cast), 150, Phase.generate)


@pytest.mark.thorough
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", MUTANTS, ids=lambda each: each.__name__)
def test_each_broken_rule_is_noticed(cast, monkeypatch, broken):
    broken(monkeypatch)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        live_all(cast)
