"""Rules of approval, each broken on purpose: the histories must notice every one of them."""

from collections.abc import Callable
from typing import Any

from webapp.approvals import clearance, decisions, entitled, quorum, submission, sweep, tally

Break = Callable[[Any], None]


def authors_count(patch: Any) -> None:
    """Who wrote it may say yes to it."""
    patch.setattr(tally.Tally, "authors", property(lambda self: frozenset()))


def leavers_count(patch: Any) -> None:
    """A yes counts for ever, whoever gave it and whatever became of them."""
    real = quorum.standing

    def kind(stages: Any, votes: Any, may: Any, authors: Any) -> Any:
        votes = list(votes)
        return real(stages, votes, [each | {v.person_id for v in votes} for each in may], authors)

    patch.setattr(quorum, "standing", kind)


def everybody_may(patch: Any) -> None:
    """The right to approve is not asked for."""
    real = entitled.holders

    def all_who_look(paths: Any) -> Any:
        found = real(paths)
        return {**found, **{(r, "approve"): people for (r, p), people in found.items() if p == "view"}}

    patch.setattr(entitled, "holders", all_who_look)


def one_is_enough(patch: Any) -> None:
    """How many a stage needs is forgotten."""
    patch.setattr(quorum, "needed", lambda stage, may: 1)


def one_person_two_stages(patch: Any) -> None:
    """The same person counts in each stage."""
    real = quorum.standing

    def alone(stages: Any, votes: Any, may: Any, authors: Any) -> Any:
        votes = list(votes)
        copied = [quorum.Vote(v.person_id, n) for v in votes for n in range(len(stages))]
        made = [real([s], [quorum.Vote(v.person_id, 0) for v in copied if v.stage == n], [may[n]], authors)[0]
                for n, s in enumerate(stages)]  # fmt: skip
        return tuple(made)

    patch.setattr(quorum, "standing", alone)


def stale_counts(patch: Any) -> None:
    """A yes on an older version is taken for the current one."""
    real = decisions._current
    patch.setattr(decisions, "_current", lambda post, _revision, verdict: real(post, post.current_id, verdict))


def old_yes_rides_on(patch: Any) -> None:
    """A yes for one version clears the next."""

    def loose(pairs: Any) -> Any:
        wanted = set(pairs)
        return {pair: any(_ready(row) for row in _of(pair[0])) for pair in wanted}

    patch.setattr(clearance, "cleared", loose)


def _of(post_id: Any) -> Any:
    import sqlalchemy as sa

    from webapp.approvals.models import Submission
    from webapp.db import session

    return session.scalars(sa.select(Submission).where(Submission.post_id == post_id)).unique().all()


def _ready(row: Any) -> bool:
    return tally.of(row).position is None


def projection_is_believed(patch: Any) -> None:
    """Whether it is cleared is read from what was stored for lists."""

    def stored(pairs: Any) -> Any:
        return {p: any(r.revision_id == p[1] and r.cleared_at is not None for r in _of(p[0])) for p in set(pairs)}

    patch.setattr(clearance, "cleared", stored)


def undo_changes_nothing(patch: Any) -> None:
    """Taking a yes back leaves what followed from it."""
    patch.setattr(decisions, "_take_back", lambda decision, by: None)


def a_no_is_only_words(patch: Any) -> None:
    """A no does not end anything."""
    patch.setattr(decisions, "_refuse", lambda current, verdict, by: None)


def yes_after_the_slot(patch: Any) -> None:
    """The slot may have passed."""
    patch.setattr(decisions, "_in_time", lambda current, tapped_at: None)
    patch.setattr(clearance, "_late", lambda submission: False)


def nothing_expires(patch: Any) -> None:
    """The clock sweeps nothing."""
    patch.setattr(sweep, "_expire", lambda row: None)


def waiting_is_consent(patch: Any) -> None:
    """What nobody looked at by its slot goes out."""

    def approve(row: Any) -> None:
        row.cleared_at = row.deadline

    patch.setattr(sweep, "_expire", approve)


def sending_can_be_undone(patch: Any) -> None:
    """Undo goes on after sending has started."""
    patch.setattr(clearance, "ON_UNCLEARED", [])


def the_old_one_stays(patch: Any) -> None:
    """A newer version does not end what was planned from the one before."""
    real = clearance.unclear
    patch.setattr(submission.clearance, "unclear", lambda s, by: None if s.ended_at else real(s, by))


MUTANTS: tuple[Break, ...] = (
    authors_count,
    leavers_count,
    everybody_may,
    one_is_enough,
    one_person_two_stages,
    stale_counts,
    old_yes_rides_on,
    projection_is_believed,
    undo_changes_nothing,
    a_no_is_only_words,
    yes_after_the_slot,
    nothing_expires,
    waiting_is_consent,
    sending_can_be_undone,
    the_old_one_stays,
)
