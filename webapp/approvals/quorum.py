"""The rule of a yes: given the stages, who said what and who may say it, what is still outstanding. Pure.

A yes counts when its person may decide in that stage now and is not the author (unless the stage says so), in their own
name or for somebody who is away. One person's yes counts once on the whole path, and nobody is counted twice, in
whatever name: two stages are two people. "All" are those who may and have not said yes in a stage before.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

People = frozenset[uuid.UUID]
Entitled = Mapping[uuid.UUID, uuid.UUID | None]
"""Who may decide in a stage -> for whom; None: for themselves."""
ANY, ALL = "any", "all"


@dataclass(frozen=True)
class Stage:
    """What a stage needs. `needed`: "any" (one), "all" who may, or at least so many.

    `index`: its number in the workflow, which its decisions carry. Stages of one `group` run at the same time.
    """

    name: str
    needed: str | int = ANY
    author_may: bool = False
    index: int = 0
    group: int = 0


@dataclass(frozen=True)
class Vote:
    """A standing yes: who gave it, in which stage (its index in the workflow)."""

    person_id: uuid.UUID
    stage: int


@dataclass(frozen=True)
class Standing:
    """Where a stage stands. `entitled`: who may decide in it, and for whom; `given`: whose yes counts.

    `missing`: how many lack. `lacking`: of the groups that must be among the yeses, those that are not yet.
    `spent`: whose yes, or whose name, counts somewhere on the path.
    """

    stage: Stage
    entitled: Entitled
    given: tuple[uuid.UUID, ...]
    missing: int
    lacking: tuple[People, ...] = ()
    spent: People = frozenset()

    @property
    def passed(self) -> bool:
        """Whether nothing is outstanding here."""
        return self.missing == 0

    @cached_property
    def asked(self) -> People:
        """Whose yes would help now."""
        if self.passed:
            return frozenset()
        free = {p for p, whom in self.entitled.items() if p not in self.spent and whom not in self.spent}
        if self.lacking and self.missing <= len(self.lacking):
            return frozenset(p for p in free if _fits(p, self.entitled, self.lacking))
        return frozenset(free)


def standing(
    stages: Sequence[Stage],
    votes: Iterable[Vote],
    entitled: Sequence[Entitled],
    authors: People,
    among: Sequence[tuple[People, ...]] = (),
    spare: Sequence[People] = (),
) -> tuple[Standing, ...]:
    """Every stage in order. `entitled[n]`: who may decide in stage n now; `authors` wrote or sent the post.

    `among[n]`: groups of which each needs at least one among the yeses of stage n. `spare[n]`: who may decide in it and
    is not one of "all": somebody away whose stand-in decides there too, or whom it went on to.
    """
    votes, used, given = list(votes), set[uuid.UUID](), []
    may = [_may(stage, entitled[n], authors) for n, stage in enumerate(stages)]
    for n, stage in enumerate(stages):
        given.append(_given(stage, votes, may[n], used))
        used |= _names(given[n], may[n])
    spent = frozenset(used)
    return tuple(
        _standing(
            stage,
            may[n],
            given[n],
            spent,
            among[n] if n < len(among) else (),
            spare[n] if n < len(spare) else frozenset(),
        )
        for n, stage in enumerate(stages)
    )


def _standing(
    stage: Stage,
    may: Entitled,
    given: tuple[uuid.UUID, ...],
    spent: People,
    among: tuple[People, ...],
    spare: People,
) -> Standing:
    own = _names(given, may)
    elsewhere = spent - own
    able = frozenset(whom or p for p, whom in may.items() if p not in elsewhere and whom not in elsewhere) - spare
    lacking = tuple(group for group in among if not any(_fits(p, may, (group,)) for p in given))
    missing = max(0, needed(stage, able) - len(given), int(bool(lacking)))
    return Standing(stage, may, given, missing, lacking, spent)


def _names(people: Iterable[uuid.UUID], may: Entitled) -> set[uuid.UUID]:
    """The people, and those in whose names they said it."""
    return {name for p in people for name in (p, may[p] or p)}


def _may(stage: Stage, entitled: Entitled, authors: People) -> Entitled:
    if stage.author_may:
        return entitled
    return {p: whom for p, whom in entitled.items() if p not in authors and whom not in authors}


def _given(stage: Stage, votes: list[Vote], may: Entitled, used: set[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """Whose yes counts in a stage: each name once, the first who used it."""
    found: dict[uuid.UUID, uuid.UUID] = {}
    for vote in votes:
        person = vote.person_id
        if vote.stage != stage.index or person not in may or person in found.values():
            continue
        name = may[person] or person
        if not {person, name} & used:
            found.setdefault(name, person)
    return tuple(found.values())


def _fits(person: uuid.UUID, entitled: Entitled, groups: Iterable[People]) -> bool:
    """Whether somebody, in their own name or that of whom they stand in for, is in one of the groups."""
    return any({person, entitled.get(person)} & group for group in groups)


def needed(stage: Stage, may: People) -> int:
    """How many must say yes. Never none: where nobody may, nobody has."""
    if stage.needed == ANY:
        return 1
    if stage.needed == ALL:
        return max(1, len(may))
    return max(1, int(stage.needed))


def current(standings: Sequence[Standing]) -> int | None:
    """The first position with something outstanding; None when there is none: it is cleared."""
    return next((n for n, each in enumerate(standings) if not each.passed), None) if standings else 0


def open_now(standings: Sequence[Standing]) -> tuple[int, ...]:
    """The positions that are asked at the same time now: what is outstanding in the first group that is not through."""
    first = current(standings)
    if first is None or not standings:
        return ()
    group = standings[first].stage.group
    return tuple(n for n, each in enumerate(standings) if each.stage.group == group and not each.passed)


def place_of(standings: Sequence[Standing], person_id: uuid.UUID) -> int | None:
    """The position a person's yes belongs to now, of those that are open: where the fewest others could give it.

    So nobody's yes is spent where somebody else could have given it while it is the only one elsewhere.
    """
    able = [n for n in open_now(standings) if person_id in standings[n].asked]
    return min(able, key=lambda n: (len(standings[n].asked) - standings[n].missing, n), default=None)
