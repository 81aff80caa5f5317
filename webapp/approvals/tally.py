"""The decisions that stand on a submission and who may decide on it now: read once, asked many things."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import sqlalchemy as sa

from webapp import db
from webapp.db import session

from . import entitled, quorum
from .entitled import Asked
from .life import standing_in, steps
from .models import Decision, Submission
from .workflows import stages
from .workflows.stages import Stage

APPROVE = "approve"


@dataclass(frozen=True)
class Tally:
    """`decisions`: those not taken back, oldest first. `path`: the stages that apply. `asked`: who may decide in each
    of them now."""

    submission: Submission
    decisions: tuple[Decision, ...]
    path: tuple[Stage, ...]
    asked: Asked

    @property
    def authors(self) -> quorum.People:
        """Whose own work it is."""
        return self.submission.authors

    @cached_property
    def standings(self) -> tuple[quorum.Standing, ...]:
        """Where each stage of the path stands."""
        votes = [quorum.Vote(d.by_id, d.stage) for d in self.decisions if d.verdict == APPROVE]
        return quorum.standing(self.path, votes, self.asked.people, self.authors, self.asked.among, self.spare)

    @cached_property
    def spare(self) -> tuple[quorum.People, ...]:
        """Who adds no seat where all are needed, in each stage of the path."""
        both = zip(self.path, self.asked.spare, self.asked.covered, strict=False)
        return tuple(extra | (covered - self._heard(stage)) for stage, extra, covered in both)

    def _heard(self, stage: Stage) -> set[uuid.UUID]:
        """In whose names a yes stands in a stage."""
        return {d.for_id or d.by_id for d in self.decisions if d.verdict == APPROVE and d.stage == stage.index}

    @property
    def position(self) -> int | None:
        """The first stage of the path with something outstanding; None when there is none."""
        return quorum.current(self.standings)

    @property
    def open(self) -> tuple[int, ...]:
        """Where something is outstanding that is asked for now; nothing once it is cleared."""
        return quorum.open_now(self.standings)

    @property
    def stage(self) -> int:
        """The position that is outstanding, else the last."""
        return len(self.standings) - 1 if self.position is None else self.position

    def place(self, person_id: uuid.UUID, *, saying_no: bool = False) -> int | None:
        """The position a decision of this person belongs to; None when they have none to make.

        A no may also come from who decides in a stage that is through already.
        """
        place = quorum.place_of(self.standings, person_id)
        if place is not None or not saying_no:
            return place
        reached = [n for n, each in enumerate(self.standings) if each.stage.group <= self._group]
        return next((n for n in reversed(reached) if person_id in self.standings[n].entitled), None)

    @property
    def _group(self) -> int:
        return self.standings[self.stage].stage.group

    def together(self, one: int, other: int) -> bool:
        """Whether two positions are asked at the same time."""
        groups = [each.stage.group for each in self.standings]
        return max(one, other) < len(groups) and groups[one] == groups[other]

    def waiting_for(self) -> dict[uuid.UUID, int]:
        """Whose yes is waited for now -> the position it belongs to."""
        people = {person for n in self.open for person in self.waited(n)}
        places = {person: quorum.place_of(self.standings, person) for person in sorted(people)}
        return {person: place for person, place in places.items() if place is not None}

    def waited(self, place: int) -> quorum.People:
        """Whose yes is waited for at a place: not those who are away while somebody stands in, or who passed it on."""
        here = self.standings[place]
        passed = steps.passed_on(self.submission, here.stage.index)
        off = {one for one, other in passed.items() if other in here.asked}
        names = {here.entitled[person] for person in here.asked}
        spare = self.spare[place] if place < len(self.spare) else frozenset()
        for person in self.asked.excused[place] if place < len(self.asked.excused) else ():
            if person in names or person in spare:
                off.add(person)
        return here.asked - off or here.asked

    def own(self, person_id: uuid.UUID) -> Decision | None:
        """This person's standing decision."""
        return next((d for d in reversed(self.decisions) if d.by_id == person_id), None)

    def plus(self, decision: Decision) -> "Tally":
        """With one more decision."""
        return replace(self, decisions=(*self.decisions, decision))

    def minus(self, decision: Decision) -> "Tally":
        """Without a decision that was taken back."""
        return replace(self, decisions=tuple(d for d in self.decisions if d.id != decision.id))


def of(submission: Submission, *, fresh: bool = True, undecided: bool = False) -> Tally:
    """The tally of one submission, in a few queries. `undecided`: nobody has said anything of it, as is known."""
    return of_all([submission], fresh=fresh, undecided=undecided)[submission.id]


def of_all(submissions: Sequence[Submission], *, fresh: bool = True, undecided: bool = False) -> dict[uuid.UUID, Tally]:
    """The tallies of many, in as few queries (decisions, who holds what, who is away; the client's if one is asked).

    Not `fresh`: only to be shown, so what was read in this transaction is not read again.
    """
    if not submissions:
        return {}
    made: dict[uuid.UUID, list[Decision]] = {each.id: [] for each in submissions}
    wanted = [] if undecided else [each for each in made if fresh or (Decision.__tablename__, each) not in db.absent()]
    for decision in session.scalars(_standing(), {"submissions": wanted}).unique() if wanted else ():
        made[decision.submission_id].append(decision)
    paths = {each.id: stages.of(each) for each in submissions}
    asked = standing_in.extended(
        entitled.of_all(submissions, paths, fresh=fresh), submissions, paths, made, fresh=fresh
    )
    return {each.id: Tally(each, tuple(made[each.id]), paths[each.id], asked[each.id]) for each in submissions}


@cache
def _standing() -> sa.Select[Decision]:
    of_these = Decision.submission_id.in_(sa.bindparam("submissions", expanding=True))
    query = sa.select(Decision).where(of_these, Decision.undone_at.is_(None))
    return query.order_by(Decision.id).execution_options(populate_existing=True)
