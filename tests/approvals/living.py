"""How the histories of approvals are made up: each machine takes the same steps to its end, with the same patience."""

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def live(machine: type[RuleBasedStateMachine], histories: int, *phases: Phase, chance: int | None = None) -> None:
    """Live through so many histories: always the same ones, or those of a `chance`."""
    wanted = settings(
        max_examples=histories,
        stateful_step_count=20,
        deadline=None,
        derandomize=chance is None,
        database=None,
        suppress_health_check=SLOW,
        phases=phases or tuple(Phase),
    )
    run_state_machine_as_test(machine if chance is None else seed(chance)(machine), settings=wanted)
