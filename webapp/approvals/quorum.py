"""The rule of a yes: given the stages, who said what and who may say it, what is still outstanding. Pure.

A yes counts when its person may decide in that stage now and is not the author (unless the stage says so). One
person's yes counts once on the whole path, in whatever name it was given: two stages are two people.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

People = frozenset[uuid.UUID]
ANY, ALL = "any", "all"


@dataclass(frozen=True)
class Stage:
    """One stage of a workflow. `needed`: "any" (one), "all" who may, or at least so many."""

    name: str
    permission: str
    needed: str | int = ANY
    author_may: bool = False


@dataclass(frozen=True)
class Vote:
    """A standing yes: who gave it, in which stage (counted from 0)."""

    person_id: uuid.UUID
    stage: int


@dataclass(frozen=True)
class Standing:
    """Where a stage stands. `entitled`: who may decide in it; `given`: whose yes counts; `missing`: how many lack."""

    stage: Stage
    entitled: People
    given: tuple[uuid.UUID, ...]
    missing: int

    @property
    def passed(self) -> bool:
        """Whether nothing is outstanding here."""
        return self.missing == 0


def standing(
    stages: Sequence[Stage], votes: Iterable[Vote], entitled: Sequence[People], authors: People
) -> tuple[Standing, ...]:
    """Every stage in order. `entitled[n]` holds stage n's permission now; `authors` wrote or sent the post."""
    votes, used, found = list(votes), set[uuid.UUID](), []
    for position, stage in enumerate(stages):
        may = entitled[position] if stage.author_may else entitled[position] - authors
        given = tuple(dict.fromkeys(v.person_id for v in votes if v.stage == position and v.person_id in may - used))
        used |= set(given)
        found.append(Standing(stage, may, given, max(0, needed(stage, may) - len(given))))
    return tuple(found)


def needed(stage: Stage, may: People) -> int:
    """How many must say yes. Never none: where nobody may, nobody has."""
    if stage.needed == ANY:
        return 1
    if stage.needed == ALL:
        return max(1, len(may))
    return max(1, int(stage.needed))


def current(standings: Sequence[Standing]) -> int | None:
    """The first stage with something outstanding; None when there is none: it is cleared."""
    return next((n for n, each in enumerate(standings) if not each.passed), None) if standings else 0
