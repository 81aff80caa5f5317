"""The verbs behave like the reference in any history; each rule that is broken on purpose is noticed."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.approvals.histories import TOLD, machine, play
from tests.approvals.mutants import MUTANTS

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def live(cast, examples, *phases):
    """Live through so many histories."""
    wanted = settings(
        max_examples=examples,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=SLOW,
        phases=phases or tuple(Phase),
    )
    run_state_machine_as_test(machine(cast), settings=wanted)


def live_all(cast):
    """What is told, and what chance brings."""
    for stages, steps in TOLD:
        play(cast, stages, steps)
    live(cast, 300, Phase.generate)


@pytest.mark.parametrize(("stages", "steps"), TOLD)
def test_what_is_told_is_like_the_reference(cast, stages, steps):
    play(cast, stages, steps)


def test_like_the_reference(cast, database_url):
    live(cast, 30 if database_url.startswith("sqlite") else 10)


@pytest.mark.thorough
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", MUTANTS, ids=lambda each: each.__name__)
def test_each_broken_rule_is_noticed(cast, monkeypatch, broken):
    broken(monkeypatch)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        live_all(cast)
