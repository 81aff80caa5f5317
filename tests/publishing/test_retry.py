"""Back-off arithmetic: bounded, jittered, honouring the network's wish, ending."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from webapp.publishing import retry

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
chances = st.floats(0, 1, exclude_max=True)


@given(tries=st.integers(1, retry.TRIES - 1), chance=chances)
def test_wait_is_between_half_and_whole_of_the_exponential(tries, chance):
    at = retry.again_at(tries, NOW, chance=lambda: chance)
    whole = min(retry.CAP, retry.BASE * 2 ** (tries - 1))
    assert timedelta(seconds=whole / 2) <= at - NOW <= timedelta(seconds=whole)


@given(tries=st.integers(1, retry.TRIES - 1), chance=chances, seconds=st.integers(-600, 86_400))
def test_never_before_what_the_network_asked_for(tries, chance, seconds):
    wanted = NOW + timedelta(seconds=seconds)
    at = retry.again_at(tries, NOW, wanted, lambda: chance)
    assert at >= wanted
    assert at > NOW


@given(chance=chances, tries=st.integers(retry.TRIES, 1000))
def test_there_is_an_end(chance, tries):
    assert retry.again_at(tries, NOW, chance=lambda: chance) is None


@given(chance=chances)
def test_all_tries_fit_in_a_quarter_of_an_hour(chance):
    total = sum((retry.again_at(n, NOW, chance=lambda: chance) - NOW for n in range(1, retry.TRIES)), timedelta())
    assert total < timedelta(minutes=15)


@given(probes=st.integers(0, 20))
def test_probes_grow_and_end(probes):
    at = retry.probe_at(probes, NOW)
    assert (at is None) == (probes >= len(retry.PROBES))
    if probes and at:
        assert at > retry.probe_at(probes - 1, NOW)


@given(
    late=st.integers(-3600, 3600),
    minutes=st.integers(1, 60),
    released=st.none() | st.integers(-3600, 3600),
)
def test_late_counts_from_the_slot_or_from_a_persons_decision(late, minutes, released):
    planned = NOW - timedelta(seconds=late)
    freed = None if released is None else NOW - timedelta(seconds=released)
    expected = min(late, late if released is None else released) > minutes * 60
    assert retry.late(NOW, planned, freed, minutes) == expected
