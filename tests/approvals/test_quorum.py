"""The rule of a yes, by cases and by comparing with the plainest possible reference."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.approvals import quorum
from webapp.approvals.quorum import Stage, Vote

A, B, C, D = (uuid.UUID(int=n) for n in range(1, 5))
EVERYBODY = frozenset({A, B, C, D})


def current(stages, votes, entitled, authors=frozenset()):
    return quorum.current(quorum.standing(stages, votes, entitled, authors))


@pytest.mark.parametrize(
    ("needed", "yes", "entitled", "left"),
    [
        ("any", [], {A, B}, 1),
        ("any", [A], {A, B}, 0),
        ("any", [C], {A, B}, 1),
        ("any", [], set(), 1),
        ("all", [A], {A, B}, 1),
        ("all", [A, B], {A, B}, 0),
        ("all", [], set(), 1),
        (2, [A, A], {A, B}, 1),
        (2, [A, B], {A, B}, 0),
        (2, [A], {A}, 1),
        (0, [], {A}, 1),
    ],
)
def test_one_stage(needed, yes, entitled, left):
    [found] = quorum.standing(
        [Stage("x", "approve", needed)], [Vote(p, 0) for p in yes], [frozenset(entitled)], frozenset()
    )
    assert found.missing == left


def test_the_author_never_counts_unless_the_stage_says_so():
    votes, everybody = [Vote(A, 0)], [EVERYBODY]
    assert current([Stage("x", "approve")], votes, everybody, frozenset({A})) == 0
    assert current([Stage("x", "approve", author_may=True)], votes, everybody, frozenset({A})) is None
    assert current([Stage("x", "approve", "all")], [Vote(p, 0) for p in (B, C, D)], everybody, frozenset({A})) is None


def test_two_stages_are_two_people():
    stages = [Stage("Brand", "approve"), Stage("Legal", "approve")]
    both = [EVERYBODY, EVERYBODY]
    assert current(stages, [Vote(A, 0)], both) == 1
    assert current(stages, [Vote(A, 0), Vote(A, 1)], both) == 1
    assert current(stages, [Vote(A, 0), Vote(B, 1)], both) is None
    assert current(stages, [Vote(B, 1)], both) == 0


def test_a_workflow_without_stages_clears_nothing():
    assert quorum.current(()) == 0


def reference(stages, votes, entitled, authors):
    """Everything written out: the set of people whose yes counts, stage by stage."""
    used = []
    for position, stage in enumerate(stages):
        allowed = [p for p in sorted(EVERYBODY) if p in entitled[position]]
        if not stage.author_may:
            allowed = [p for p in allowed if p not in authors]
        said = [p for p in allowed if any(v.person_id == p and v.stage == position for v in votes) and p not in used]
        want = {"any": 1, "all": max(len(allowed), 1)}.get(stage.needed, stage.needed)
        if len(said) < max(want, 1):
            return position
        used += said
    return None


people = st.sampled_from(sorted(EVERYBODY))
groups = st.frozensets(people)
stage_kinds = st.builds(
    Stage, st.just("x"), st.just("approve"), st.one_of(st.just("any"), st.just("all"), st.integers(1, 4)), st.booleans()
)


@given(
    st.lists(stage_kinds, min_size=1, max_size=3),
    st.lists(st.builds(Vote, people, st.integers(0, 2)), max_size=10),
    st.lists(groups, min_size=3, max_size=3),
    groups,
)
def test_like_the_reference(stages, votes, entitled, authors):
    assert current(stages, votes, entitled, authors) == reference(stages, votes, entitled, authors)


@given(st.lists(st.builds(Vote, people, st.integers(0, 1)), max_size=8), groups, groups)
def test_taking_a_right_away_never_clears_an_any(votes, entitled, gone):
    """Whoever leaves: what was not cleared by "any" stays so."""
    stages = [Stage("x", "approve"), Stage("y", "approve", 2)]
    if current(stages, votes, [entitled] * 2) is not None:
        assert current(stages, votes, [entitled - gone] * 2) is not None
