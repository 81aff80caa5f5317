"""Medians and ninetieth percentiles of how long decisions took, whole and by something."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from .decided import Decided

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Spread:
    """How long `count` decisions took. `median`, `ninth` (nine of ten took no longer): by the clock.

    `worked_...`: in working time of the post's region. None when there were none.
    """

    count: int
    median: timedelta | None
    ninth: timedelta | None
    worked_median: timedelta | None
    worked_ninth: timedelta | None


def spread(decisions: Sequence[Decided]) -> Spread:
    """Over some decisions."""
    clock = sorted(each.at - each.opened for each in decisions)
    worked = sorted(each.worked for each in decisions)
    return Spread(len(decisions), middle(clock), ninth(clock), middle(worked), ninth(worked))


def middle(values: Sequence[timedelta]) -> timedelta | None:
    """The median of values in order: of an even number, halfway between the two in the middle."""
    half, odd = divmod(len(values), 2)
    about = values[half : half + 1] if odd else values[max(0, half - 1) : half + 1]
    return timedelta(seconds=sum(each.total_seconds() for each in about) / len(about)) if about else None


def ninth(values: Sequence[timedelta]) -> timedelta | None:
    """Of values in order the smallest that nine of ten do not exceed (nearest rank)."""
    return values[-(-len(values) * 9 // 10) - 1] if values else None


def by(decisions: Iterable[Decided], key: Callable[[Decided], Key]) -> dict[Key, Spread]:
    """The spread of each group, slowest median first."""
    groups: dict[Key, list[Decided]] = defaultdict(list)
    for each in decisions:
        groups[key(each)].append(each)
    found = {name: spread(group) for name, group in groups.items()}
    return dict(sorted(found.items(), key=lambda pair: (-_seconds(pair[1]), str(pair[0]))))


def _seconds(found: Spread) -> float:
    return found.median.total_seconds() if found.median is not None else 0
