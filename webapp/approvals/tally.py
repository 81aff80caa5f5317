"""The decisions that stand on a submission and who may decide on it now: read once, asked many things."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import sqlalchemy as sa

from webapp.db import session

from . import entitled, quorum, workflows
from .models import Decision, Submission

APPROVE = "approve"


@dataclass(frozen=True)
class Tally:
    """`decisions`: those not taken back, oldest first. `entitled[n]`: who holds the permission of stage n now."""

    submission: Submission
    decisions: tuple[Decision, ...]
    entitled: tuple[quorum.People, ...]

    @property
    def authors(self) -> quorum.People:
        """Whose own work it is: who wrote the post, and who sent it."""
        return frozenset({self.submission.post.author_id, self.submission.person_id})

    @cached_property
    def standings(self) -> tuple[quorum.Standing, ...]:
        """Where each stage stands."""
        votes = [quorum.Vote(d.person_id, d.stage) for d in self.decisions if d.verdict == APPROVE]
        return quorum.standing(workflows.stages(self.submission.workflow), votes, self.entitled, self.authors)

    @property
    def position(self) -> int | None:
        """The first stage with something outstanding; None when there is none."""
        return quorum.current(self.standings)

    @property
    def stage(self) -> int:
        """The stage that a decision belongs to now: the one that is outstanding, else the last."""
        return len(self.standings) - 1 if self.position is None else self.position

    def own(self, person_id: uuid.UUID) -> Decision | None:
        """This person's standing decision."""
        return next((d for d in reversed(self.decisions) if d.person_id == person_id), None)

    def plus(self, decision: Decision) -> "Tally":
        """With one more decision."""
        return replace(self, decisions=(*self.decisions, decision))

    def minus(self, decision: Decision) -> "Tally":
        """Without a decision that was taken back."""
        return replace(self, decisions=tuple(d for d in self.decisions if d.id != decision.id))


def of(submission: Submission) -> Tally:
    """The tally of one submission, in two queries."""
    return of_all([submission])[submission.id]


def of_all(submissions: Sequence[Submission]) -> dict[uuid.UUID, Tally]:
    """The tallies of many, in two queries whatever the number."""
    if not submissions:
        return {}
    made: dict[uuid.UUID, list[Decision]] = {each.id: [] for each in submissions}
    for decision in session.scalars(_standing().params(submissions=list(made))).unique():
        made[decision.submission_id].append(decision)
    may = entitled.holders({each.region_id: each.post.region.path for each in submissions})
    return {each.id: Tally(each, tuple(made[each.id]), _entitled(each, may)) for each in submissions}


@cache
def _standing() -> sa.Select[Decision]:
    of_these = Decision.submission_id.in_(sa.bindparam("submissions", expanding=True))
    query = sa.select(Decision).where(of_these, Decision.undone_at.is_(None))
    return query.order_by(Decision.id).execution_options(populate_existing=True)


def _entitled(submission: Submission, may: dict[tuple[uuid.UUID, str], quorum.People]) -> tuple[quorum.People, ...]:
    stages = workflows.stages(submission.workflow)
    return tuple(may.get((submission.region_id, stage.permission), frozenset()) for stage in stages)
