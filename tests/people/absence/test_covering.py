"""Who acts for whom: never a circle, never oneself, and only those who are here."""

from hypothesis import given
from hypothesis import strategies as st

from webapp.people.absence.covering import stand_in

people = st.integers(0, 6)
names = st.dictionaries(people, st.none() | people)


@given(names)
def test_whoever_acts_is_here_and_somebody_else(named):
    for person in named:
        found = stand_in(person, named)
        assert found != person
        assert found is None or found not in named


def test_it_goes_on_along_those_who_are_away():
    assert stand_in(1, {1: 2, 2: 3}) == 3
    assert stand_in(1, {1: 2}) == 2
    assert stand_in(1, {1: None}) is None
    assert stand_in(1, {1: 2, 2: None}) is None


def test_a_circle_has_nobody():
    assert stand_in(1, {1: 2, 2: 1}) is None
    assert stand_in(1, {1: 2, 2: 3, 3: 2}) is None
    assert stand_in(1, {1: 1}) is None
