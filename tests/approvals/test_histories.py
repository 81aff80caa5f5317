"""The verbs behave like the reference in any history; each rule that is broken on purpose is noticed."""

import pytest
from hypothesis import Phase

from tests.approvals.histories import BY_LINK, TOLD, machine, play
from tests.approvals.living import live
from tests.approvals.mutants import MUTANTS


def live_all(cast):
    """What is told, and what chance brings."""
    for stages, steps in (*TOLD, *BY_LINK):
        play(cast, stages, steps)
    live(machine(cast), 300, Phase.generate)


@pytest.mark.one_database
@pytest.mark.parametrize(("stages", "steps"), [*TOLD, *BY_LINK])
def test_what_is_told_is_like_the_reference(cast, stages, steps):
    play(cast, stages, steps)


@pytest.mark.one_database
def test_like_the_reference(cast, database_url):
    live(machine(cast), 30 if database_url.startswith("sqlite") else 10)


@pytest.mark.thorough
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", MUTANTS, ids=lambda each: each.__name__)
def test_each_broken_rule_is_noticed(cast, monkeypatch, broken):
    broken(monkeypatch)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        live_all(cast)
