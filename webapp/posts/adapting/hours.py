"""When a region's post goes out: at the same hour on its clocks, at the same moment, or in its first free slot."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp import times
from webapp.i18n import N_, _
from webapp.people.models import Region

from .. import checks
from ..models import Post

WALL, INSTANT, BEST = "wall", "instant", "best"
WAYS = {
    WALL: N_("Same hour on its clocks"),
    INSTANT: N_("Same moment"),
    BEST: N_("Its first free slot from that day on"),
}

FREE: list[Callable[[Post, Region], times.Planned | None]] = []
"""Who knows when a region is free. The calendar does."""


@dataclass(frozen=True)
class Suggested:
    """`planned` None: there is no such hour, or it comes twice, or nothing is free; the composer asks then, as for
    every time that is typed. `problem` says why, with the instants that are left."""

    how: str
    planned: times.Planned | None
    wall: str = ""
    problem: str = ""
    left: tuple[times.Planned, ...] = ()

    @property
    def label(self) -> str:
        """Which of the three it is."""
        return _(WAYS[self.how])


def ways(post: Post) -> tuple[str, ...]:
    """What can be chosen: a post without a time has none that could be the same."""
    return tuple(WAYS) if timed(post) else (WALL, BEST)


def timed(post: Post) -> bool:
    """Whether it has a time of its own."""
    return post.planned_at is not None and not post.as_soon


def suggested(master: Post, region: Region, how: str = WALL) -> Suggested:
    """The time in a region's zone."""
    if how == BEST:
        free = next((found for find in FREE if (found := find(master, region))), None)
        return _at(how, free) if free else Suggested(how, None, problem=_("Nothing is free in the next two weeks."))
    try:
        if how == INSTANT and master.planned_at:
            return _at(how, times.planned_from(master.planned_at, region.zone))
        return Suggested(how, times.plan(times.parse_wall(master.wall), region.zone), master.wall)
    except times.TimeError as error:
        left = tuple(times.planned_from(at, region.zone) for at in error.choices)
        return Suggested(how, None, master.wall, checks.time_problem(error, region.zone) if left else "", left)


def _at(how: str, planned: times.Planned) -> Suggested:
    return Suggested(how, planned, planned.wall.isoformat(timespec="minutes"))


def all_of(post: Post, region: Region) -> list[Suggested]:
    """Every way there is, worked out for a region."""
    return [suggested(post, region, how) for how in ways(post) if how == BEST or timed(post)]
