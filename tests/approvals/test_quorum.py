"""The rule of a yes, by cases and by comparing with the plainest possible reference."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.approvals import quorum
from webapp.approvals.quorum import Stage, Vote

A, B, C, D = (uuid.UUID(int=n) for n in range(1, 5))
EVERYBODY = frozenset({A, B, C, D})


def themselves(people):
    """Everybody in their own name."""
    return dict.fromkeys(sorted(people))


def path(*needed, together=False):
    """Stages with what each needs, one after the other or at the same time."""
    return [Stage(f"Stage {n}", each, index=n, group=0 if together else n) for n, each in enumerate(needed)]


def stand(stages, votes, entitled, authors=frozenset(), among=()):
    return quorum.standing(stages, votes, [themselves(each) for each in entitled], authors, among)


def current(stages, votes, entitled, authors=frozenset(), among=()):
    return quorum.current(stand(stages, votes, entitled, authors, among))


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
    [found] = stand([Stage("x", needed)], [Vote(p, 0) for p in yes], [entitled])
    assert found.missing == left


def test_the_author_never_counts_unless_the_stage_says_so():
    votes, everybody = [Vote(A, 0)], [EVERYBODY]
    assert current([Stage("x")], votes, everybody, frozenset({A})) == 0
    assert current([Stage("x", author_may=True)], votes, everybody, frozenset({A})) is None
    assert current([Stage("x", "all")], [Vote(p, 0) for p in (B, C, D)], everybody, frozenset({A})) is None


def test_two_stages_are_two_people():
    both = [EVERYBODY, EVERYBODY]
    for stages in (path("any", "any"), path("any", "any", together=True)):
        assert current(stages, [Vote(A, 0)], both) == 1
        assert current(stages, [Vote(A, 0), Vote(A, 1)], both) == 1
        assert current(stages, [Vote(A, 0), Vote(B, 1)], both) is None
        assert current(stages, [Vote(B, 1)], both) == 0


def test_all_are_those_who_have_not_said_yes_before():
    """Else whoever said yes in the first stage would be waited for in the second for ever."""
    assert current(path("any", "all"), [Vote(A, 0), Vote(B, 1)], [{A, B}, {A, B}]) is None
    assert current(path("any", "all"), [Vote(A, 0)], [{A, B}, {A, B}]) == 1
    assert current(path("any", "all"), [Vote(A, 0)], [{A}, {A}]) == 1


def test_somebody_in_particular_must_be_among_them():
    legal = (frozenset({C}),)
    stages = [Stage("x", 2)]
    waits = stand(stages, [Vote(A, 0), Vote(B, 0)], [{A, B, C, D}], among=[legal])[0]
    assert (waits.missing, waits.asked) == (1, {C})
    assert current(stages, [Vote(A, 0), Vote(C, 0)], [{A, B, C}], among=[legal]) is None
    first = stand(stages, [], [{A, B, C}], among=[legal])[0]
    assert (first.missing, first.asked) == (2, {A, B, C})
    nobody = stand(stages, [Vote(A, 0), Vote(B, 0)], [{A, B}], among=[(frozenset(),)])[0]
    assert (nobody.missing, nobody.asked) == (1, frozenset())


def test_who_is_open_in_order_and_at_the_same_time():
    both = [{A, B}, {C, D}]
    assert quorum.open_now(stand(path("any", "any"), [], both)) == (0,)
    assert quorum.open_now(stand(path("any", "any", together=True), [], both)) == (0, 1)
    assert quorum.open_now(stand(path("any", "any", together=True), [Vote(C, 1)], both)) == (0,)
    assert quorum.open_now(stand(path("any", "any"), [Vote(A, 0), Vote(C, 1)], both)) == ()


def test_a_yes_goes_where_the_fewest_others_could_give_it():
    stages = path("any", "any", together=True)
    for entitled, place in (([{A, B}, {A}], 1), ([{A}, {A, B}], 0), ([{A, B}, {A, C}], 0)):
        assert quorum.place_of(stand(stages, [], entitled), A) == place
    assert quorum.place_of(stand(stages, [Vote(A, 1)], [{A, B}, {A}]), A) is None
    assert quorum.place_of(stand(path("any", "any"), [], [{A}, {B}]), B) is None


def test_who_stands_in_says_it_for_somebody_once():
    [stage] = [Stage("x", 2)]
    may = {A: None, B: A, C: None}
    assert quorum.standing([stage], [Vote(A, 0), Vote(B, 0)], [may], frozenset())[0].missing == 1
    assert quorum.standing([stage], [Vote(B, 0), Vote(C, 0)], [may], frozenset())[0].missing == 0
    [after] = quorum.standing([stage], [Vote(B, 0)], [may], frozenset())
    assert after.asked == {C}
    [mine] = quorum.standing([stage], [Vote(B, 0)], [may], frozenset({A}))
    assert (mine.given, mine.entitled) == ((), {C: None})


def test_all_counts_who_is_away_once():
    [found] = quorum.standing([Stage("x", "all")], [Vote(B, 0)], [{A: None, B: A}], frozenset())
    assert found.passed


def test_a_workflow_without_stages_clears_nothing():
    assert quorum.current(()) == 0
    assert quorum.open_now(()) == ()


def reference(stages, votes, entitled, authors, among):
    """Everything written out: the set of people whose yes counts, stage by stage."""
    said, used = [], []
    for position, stage in enumerate(stages):
        allowed = [p for p in sorted(EVERYBODY) if p in entitled[position]]
        if not stage.author_may:
            allowed = [p for p in allowed if p not in authors]
        yes = [p for p in allowed if any(v.person_id == p and v.stage == position for v in votes) and p not in used]
        said.append((stage, allowed, yes, among[position]))
        used += yes
    for position, (stage, allowed, yes, groups) in enumerate(said):
        left = [p for p in allowed if p in yes or p not in used]
        want = {"any": 1, "all": max(len(left), 1)}.get(stage.needed, stage.needed)
        if len(yes) < max(want, 1) or any(not set(yes) & group for group in groups):
            return position
    return None


people = st.sampled_from(sorted(EVERYBODY))
groups = st.frozensets(people)
kinds = st.builds(Stage, st.just("x"), st.one_of(st.just("any"), st.just("all"), st.integers(1, 4)), st.booleans())
votes_of = st.builds(Vote, people, st.integers(0, 2))


@given(
    st.lists(kinds, min_size=1, max_size=3),
    st.lists(votes_of, max_size=10),
    st.lists(groups, min_size=3, max_size=3),
    groups,
    st.lists(st.lists(groups, max_size=1).map(tuple), min_size=3, max_size=3),
)
def test_like_the_reference(stages, votes, entitled, authors, among):
    stages = [replace(stage, index=n, group=n) for n, stage in enumerate(stages)]
    assert current(stages, votes, entitled, authors, among) == reference(stages, votes, entitled, authors, among)


@given(st.lists(st.builds(Vote, people, st.integers(0, 1)), max_size=8), groups, groups)
def test_taking_a_right_away_never_clears_an_any(votes, entitled, gone):
    """Whoever leaves: what was not cleared by "any" stays so."""
    if current(path("any", 2), votes, [entitled] * 2) is not None:
        assert current(path("any", 2), votes, [entitled - gone] * 2) is not None


@given(st.lists(kinds, min_size=2, max_size=3), st.lists(groups, min_size=3, max_size=3), st.booleans())
def test_who_is_asked_can_always_bring_it_on(stages, entitled, together):
    """While somebody is asked, their yes is one fewer that lacks; so nothing waits for what cannot help."""
    stages = [replace(stage, index=n, group=0 if together else n) for n, stage in enumerate(stages)]
    votes = []
    for _turn in range(9):
        standings = stand(stages, votes, entitled)
        asked = sorted({p for n in quorum.open_now(standings) for p in standings[n].asked})
        if not asked:
            break
        place = quorum.place_of(standings, asked[0])
        votes.append(Vote(asked[0], stages[place].index))
        after = stand(stages, votes, entitled)
        assert sum(each.missing for each in after) < sum(each.missing for each in standings)
