"""Rules of the life of a post, each broken on purpose: the histories must notice every one of them."""

from collections.abc import Callable
from typing import Any

from webapp.approvals import clearance, eligibility, quorum, tally
from webapp.approvals.life import carrying, claims, holds, standing_in, steps
from webapp.approvals.models import Submission

Break = Callable[[Any], None]


def a_stand_in_needs_no_right(patch: Any) -> None:
    """Whoever is named stands in, whatever they may do."""
    real = standing_in._Stage.__init__

    def loose(self: Any, *args: Any) -> None:
        real(self, *args)
        self.may = self.may | frozenset(_everybody())

    patch.setattr(standing_in._Stage, "__init__", loose)


def _everybody() -> list[Any]:
    import sqlalchemy as sa

    from webapp.db import session
    from webapp.people.models import Person

    return list(session.scalars(sa.select(Person.id)))


def a_name_counts_twice(patch: Any) -> None:
    """In whose name a yes was said is forgotten: the absent in one stage, their stand-in in the next."""
    real = quorum._standing
    patch.setattr(quorum, "_names", lambda people, may: set(people))
    patch.setattr(
        quorum,
        "_given",
        lambda stage, votes, may, used: tuple(
            dict.fromkeys(v.person_id for v in votes if v.stage == stage.index and v.person_id in may)
        ),
    )
    patch.setattr(
        quorum,
        "_standing",
        lambda stage, may, given, spent, *rest: real(stage, may, given, frozenset(), *rest),
    )


def the_absent_are_no_longer_needed(patch: Any) -> None:
    """Where all are needed, who is away without a stand-in is left out."""
    real = standing_in._Stage.cover

    def lenient(self: Any, covers: Any) -> None:
        real(self, covers)
        self.covered |= self.people.keys() & covers.keys()

    patch.setattr(standing_in._Stage, "cover", lenient)


def the_absent_are_shut_out(patch: Any) -> None:
    """Who is away may not decide, also when nobody else can."""
    real = standing_in._Stage.cover

    def strict(self: Any, covers: Any) -> None:
        real(self, covers)
        for absent in covers:
            self.found.pop(absent, None)

    patch.setattr(standing_in._Stage, "cover", strict)


def a_hold_is_only_words(patch: Any) -> None:
    """A yes counts while it is on hold."""
    patch.setattr(Submission, "held", property(lambda self: False))


def its_date_approves(patch: Any) -> None:
    """What was said before a hold counts when its date comes."""
    patch.setattr(holds, "set_aside", lambda counted, by: None)


def editors_approve(patch: Any) -> None:
    """Who changed a version may say yes to it."""
    patch.setattr(Submission, "authors", property(lambda self: frozenset({self.post.author_id, self.person_id})))


def any_change_is_harmless(patch: Any) -> None:
    """A yes is carried across other words."""
    patch.setattr(carrying, "changes", lambda old, new: frozenset({"time"}))


def everything_is_carried(patch: Any) -> None:
    """Whether the workflow lets a yes outlive a change is not asked."""
    real = carrying.carry

    def always(made: Any) -> Any:
        before, made.workflow.carries = made.workflow.carries, ["time", "alt"]
        try:
            return real(made)
        finally:
            made.workflow.carries = before

    patch.setattr(carrying, "carry", always)


def a_yes_is_carried_over_a_no(patch: Any) -> None:
    """What somebody sent back keeps the yeses of the others."""
    patch.setattr(carrying, "_AGAIN", (*carrying._AGAIN, "sent_back", "rejected"))


def a_claim_takes_the_right(patch: Any) -> None:
    """While one has it, nobody else may decide."""
    real = eligibility.may_decide

    def only(counted: Any, actor: Any, **more: Any) -> Any:
        there = claims.current(counted.submission)
        if there is not None and there.person_id != actor.id:
            return "taken"
        return real(counted, actor, **more)

    patch.setattr(eligibility, "may_decide", only)


def passing_on_gives_it_away(patch: Any) -> None:
    """Who passed it on may decide no more."""
    real = tally.Tally.place

    def gone(self: Any, person_id: Any, **more: Any) -> Any:
        found = real(self, person_id, **more)
        stage = self.standings[found].stage.index if found is not None else -1
        return None if person_id in steps.passed_on(self.submission, stage) else found

    patch.setattr(tally.Tally, "place", gone)


def waiting_long_enough_is_a_yes(patch: Any) -> None:
    """When it has gone on to the next role and nobody answered, it counts as approved."""
    real = clearance.cleared

    def patient(pairs: Any) -> Any:
        import sqlalchemy as sa

        from webapp.db import session

        found = real(pairs)
        for row in session.scalars(sa.select(Submission).where(Submission.ended_at.is_(None))).unique():
            if any(step["do"] == "escalate" for step in row.steps) and (row.post_id, row.revision_id) in found:
                found[row.post_id, row.revision_id] = True
        return found

    patch.setattr(clearance, "cleared", patient)


MUTANTS: tuple[Break, ...] = (
    a_stand_in_needs_no_right,
    a_name_counts_twice,
    the_absent_are_no_longer_needed,
    the_absent_are_shut_out,
    a_hold_is_only_words,
    its_date_approves,
    editors_approve,
    any_change_is_harmless,
    everything_is_carried,
    a_yes_is_carried_over_a_no,
    a_claim_takes_the_right,
    passing_on_gives_it_away,
    waiting_long_enough_is_a_yes,
)
