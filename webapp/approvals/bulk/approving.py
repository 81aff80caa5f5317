"""Each of several posts gets its own yes, on the revision that was shown, or says why not; one that cannot be approved
stops none of the others.

Posts are taken in one order, so that two people who approve the same ones never wait for each other in a circle.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from webapp import db, times
from webapp.db import new_id, session
from webapp.errors import Conflict, DomainError, Forbidden, Gone, Invalid
from webapp.i18n import N_
from webapp.people.permissions import Actor, scope
from webapp.posts import checks

from .. import decisions
from ..models import Decision, Submission
from .models import Bulk
from .picking import Pick

T = TypeVar("T")

WHY = {
    "changed": N_("It changed after you looked"),
    "decided": N_("Somebody else was faster"),
    "late": N_("Its time passed"),
    "check": N_("There is something to check now"),
    "may_not": N_("You cannot decide about it now"),
    "gone": N_("It is not there any more"),
    "sent": N_("It was sent already"),
}
"""Why one of several was not applied."""
STAYS = {
    "done": N_("It was sent already."),
    "sent_back": N_("Somebody has asked for changes since."),
    "rejected": N_("Somebody has rejected it since."),
    "withdrawn": N_("Its author has taken it back since."),
    "expired": N_("Its time has passed since."),
}
"""Why a yes that was given cannot be taken back any more, by how the submission ended."""
NEWER = N_("A newer version has been sent for approval since.")


def approve(picks: Sequence[Pick], by: Actor) -> Bulk:
    """Say yes to each that can have it. The same again is the same yes."""
    bulk = Bulk(id=new_id(), organization_id=by.organization_id, person_id=by.id, at=times.now())
    found = _found([pick.submission for pick in picks], by)
    made: list[str] = []
    left: list[dict[str, Any]] = []
    for pick in sorted(picks, key=lambda p: str(found[p.submission].post_id) if p.submission in found else ""):
        asked = found.get(pick.submission)
        yes, why = _tried(_yes, asked, pick, by) if asked else (None, "gone")
        if yes is not None:
            made.append(str(yes.id))
        else:
            left.append({"submission": str(pick.submission), "post": str(asked.post_id) if asked else "", "why": why})
    bulk.made, bulk.left = made, left
    session.add(bulk)
    session.flush()
    return bulk


def _found(wanted: Sequence[uuid.UUID], by: Actor) -> dict[uuid.UUID, Submission]:
    query = sa.select(Submission).where(Submission.id.in_(wanted), *scope(Submission, by))
    return {each.id: each for each in session.scalars(query).unique()}


def _yes(asked: Submission, pick: Pick, by: Actor) -> Decision:
    """One yes."""
    if asked.revision_id != pick.revision or asked.outcome == "superseded":
        raise _Changed("")
    ahead = asked.deadline is None or asked.deadline > times.now()
    if asked.ended_at is None and ahead and checks.of_revision(asked.revision, asked.post, by).open:
        raise _Open("")
    return decisions.decide(asked, pick.revision, "approve", by)


class _Changed(Conflict):
    """Another revision is asked about."""


class _Open(Invalid):
    """A check is open."""


_REASONS: tuple[tuple[type[DomainError], str], ...] = (
    (_Changed, "changed"),
    (_Open, "check"),
    (Invalid, "check"),
    (Gone, "late"),
    (Conflict, "decided"),
    (Forbidden, "may_not"),
)


def _tried(act: Callable[..., T], *with_: Any) -> tuple[T | None, str]:
    """Do it in a part of the transaction of its own: what it answers, or why nothing of it happened."""
    try:
        with db.apart():
            return act(*with_), ""
    except DomainError as error:
        return None, next((why for kind, why in _REASONS if isinstance(error, kind)), "gone")


def undo(bulk: Bulk, by: Actor) -> list[str]:
    """Take every yes of it back that can be; answers why others could not. Twice is once."""
    kept = [why for each in _made(bulk) if (why := _tried(decisions.undo, each, by)[1])]
    if not kept:
        bulk.undone_at = bulk.undone_at or times.now()
    return kept


def _made(bulk: Bulk) -> list[Decision]:
    """The yeses of it, in the order of their posts."""
    query = sa.select(Decision).where(Decision.id.in_([uuid.UUID(each) for each in bulk.made]))
    return sorted(session.scalars(query).unique(), key=lambda decision: str(decision.post_id))


@dataclass(frozen=True)
class Standing:
    """What became of the yeses: how many were taken back, how many still can be, and what cannot, each with why."""

    taken: int
    open: int
    stays: list[tuple[Submission, str]]


def standing(bulk: Bulk) -> Standing:
    """As it is now."""
    made = _made(bulk)
    standing = [each.submission for each in made if each.undone_at is None]
    over = [(each, STAYS.get(each.outcome or "", NEWER)) for each in standing if each.ended_at is not None]
    return Standing(len(made) - len(standing), len(standing) - len(over), over)
