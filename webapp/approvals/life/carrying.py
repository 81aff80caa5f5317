"""A yes that outlives a harmless change: only if the workflow says so, and only for what is computed to be harmless.

What changed is read from the two revisions themselves. Nothing is carried unless the workflow names every kind of
change there is. A carried yes is a row of its own that names both revisions, so that a revision is still cleared only
by rows that name it.
"""

import copy
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from webapp import events, times
from webapp.approvals.models import Decision, Submission
from webapp.db import new_id, session
from webapp.posts.models import Revision
from webapp.posts.revisions import Content, every_picture, hash_of

TIME, ALT = "time", "alt"
KINDS = (TIME, ALT)
_AGAIN = ("superseded", "expired", "withdrawn")
"""How a submission ended whose yeses may be carried: never after somebody said no."""


def changes(old: Content, new: Content) -> frozenset[str] | None:
    """Which harmless kinds of change lie between two contents; None when anything else changed."""
    if hash_of(without(old, KINDS)) != hash_of(without(new, KINDS)):
        return None
    others = {kind: [k for k in KINDS if k != kind] for kind in KINDS}
    return frozenset(
        kind for kind in KINDS if hash_of(without(old, others[kind])) != hash_of(without(new, others[kind]))
    )


def without(content: Content, kinds: Iterable[str]) -> Content:
    """The content with some things taken out. "As soon as approved" is no time: to or from it is no harmless change."""
    plain: dict[str, Any] = copy.deepcopy(content)
    if TIME in kinds:
        plain["instant"] = None
    if ALT in kinds:
        for entry in plain["channels"]:
            for picture in every_picture(entry):
                picture.pop("alt", None)
                picture.pop("decorative", None)
    return plain


def carry(made: Submission) -> list[Decision]:
    """Carry what may be carried to a submission that was just made; one event each."""
    before = _before(made)
    if before is None or before.outcome not in _AGAIN or before.workflow_id != made.workflow_id:
        return []
    kinds = changes(before.revision.content, made.revision.content)
    if not kinds or not kinds <= set(made.workflow.carries or ()):
        return []
    return [_carried(each, made, before.revision, kinds) for each in standing(before)]


def give_back(made: Submission) -> list[Decision]:
    """A move was taken back: what it took away stands again, where the very same content waits under the same path and
    nobody held it, said no or took a yes back meanwhile. No change lies between the two, so no workflow forbids it."""
    between = _before(made)
    before = _before(between) if between is not None else None
    if between is None or before is None or not _same(before, made) or _doubted(between):
        return []
    return [_carried(each, made, before.revision, frozenset(), "decision.given_back") for each in standing(before)]


def _same(before: Submission, made: Submission) -> bool:
    asked = (before.revision.hash, before.workflow_id, before.path) == (made.revision.hash, made.workflow_id, made.path)
    return before.outcome == "superseded" and asked


def _doubted(between: Submission) -> bool:
    no_yes = sa.or_(Decision.undone_at.is_not(None), Decision.verdict != "approve")
    doubts = sa.select(Decision.id).where(Decision.submission_id == between.id, no_yes)
    return between.held_at is not None or session.scalar(doubts.limit(1)) is not None


def _before(made: Submission) -> Submission | None:
    query = sa.select(Submission).where(Submission.post_id == made.post_id, Submission.id < made.id)
    return session.scalars(query.order_by(Submission.id.desc()).limit(1)).first()


def standing(submission: Submission) -> list[Decision]:
    """The yeses that stand on a submission, oldest first."""
    query = sa.select(Decision).where(
        Decision.submission_id == submission.id, Decision.undone_at.is_(None), Decision.verdict == "approve"
    )
    return list(session.scalars(query.order_by(Decision.id)).unique())


def _carried(
    old: Decision, made: Submission, before: Revision, kinds: frozenset[str], kind: str = "decision.carried"
) -> Decision:
    row = Decision(
        id=new_id(),
        organization_id=made.organization_id,
        region_id=made.region_id,
        submission=made,
        post_id=made.post_id,
        revision_id=made.revision_id,
        stage=old.stage,
        person_id=old.person_id,
        guest_id=old.guest_id,
        for_id=old.for_id,
        carried_id=old.id,
        verdict="approve",
        reasons=[],
        comment="",
        at=times.now(),
    )
    session.add(row)
    session.flush()
    events.record(
        kind,
        row,
        by=None,
        on_behalf_of=old.for_id,
        post=made.post_id,
        revision=made.revision_id,
        number=made.revision.number,
        hash=made.revision.hash,
        person=old.by_id,
        from_revision=before.id,
        from_number=before.number,
        from_hash=before.hash,
        change=sorted(kinds),
    )
    return row


def earlier(submission: Submission) -> list[tuple[Decision, int]]:
    """Yeses given to earlier versions of the post, with the number of the version, the newest version first.

    Only the last one of each person and stage, and not those that were carried to this one: they count here. What was
    carried from version to version is of the version it was given to. To be shown as "given to v3".
    """
    here = aliased(Decision)
    counts = sa.exists().where(
        here.submission_id == submission.id,
        here.carried_id.is_not(None),
        here.undone_at.is_(None),
        here.stage == Decision.stage,
        sa.or_(here.person_id == Decision.person_id, here.guest_id == Decision.guest_id),
    )
    query = (
        sa.select(Decision, Revision.number)
        .join(Revision, Revision.id == Decision.revision_id)
        .where(
            Decision.post_id == submission.post_id,
            Decision.submission_id != submission.id,
            Decision.submission_id < submission.id,
            Decision.verdict == "approve",
            Decision.undone_at.is_(None),
            Decision.carried_id.is_(None),
            ~counts,
        )
        .order_by(Revision.number.desc(), Decision.id)
        .limit(50)
    )
    found: dict[tuple[Any, int], tuple[Decision, int]] = {}
    for decision, number in session.execute(query).unique():
        found.setdefault((decision.by_id, decision.stage), (decision, number))
    return list(found.values())
