"""Labels, campaign or paid changed, or a workflow got a new version, while a post waits: no stage may be skirted.

The path was frozen when the post was sent. What changes later only ever adds to it: the stages that would apply now
come in beside those that were asked, and all is counted again; a post that had every yes waits again. When another
workflow altogether applies, the same revision is asked anew under that one, with no yes. What a network is taking
already is left alone: it went on its way with all that was asked then.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from webapp import events
from webapp.db import session
from webapp.errors import Conflict
from webapp.events import Actor
from webapp.posts.models import Post

from . import clearance, submission, tally
from .guests import following
from .models import Decision, Submission, Workflow
from .workflows import choosing, conditions, stages
from .workflows.stages import Stage


def on_filed(post: Post, by: Actor) -> None:
    """A post is filed otherwise."""
    clearance.hold(post)
    waiting = submission.open_of(post)
    if waiting is None:
        return
    try:
        with session.begin_nested():
            _reroute(waiting, by)
    except Conflict:
        session.refresh(waiting)


def _reroute(waiting: Submission, by: Actor) -> None:
    workflow = choosing.applying(waiting.post).workflow
    if workflow.line_id != waiting.workflow.line_id:
        submission.again(waiting, workflow, by)
        return
    path = choosing.path(waiting.workflow, _matter(waiting))
    wider = choosing.joined(_asked(waiting), path)
    if len(wider) == len(_asked(waiting)):
        return
    waiting.path = wider
    following.widen(waiting)
    _record("submission.rerouted", waiting, by)
    clearance.settle(waiting, by, tally.of(waiting))


def _matter(waiting: Submission) -> conditions.Matter:
    return conditions.Matter(waiting.post, waiting.revision.content)


def _asked(waiting: Submission) -> list[dict[str, object]]:
    """Its path; one of before there were paths asks every stage."""
    every = [{"stage": n, "why": {"key": conditions.ALWAYS}} for n in range(len(waiting.workflow.stages))]
    return waiting.path or every


def move(found: Iterable[Submission], to: Workflow, by: Actor) -> int:
    """Move open submissions to a newer version of their workflow, by hand; answers how many.

    A yes goes along to the stage of the same id, and counts there if its person may decide there; what was asked by a
    stage that is gone is asked no more. What a network is taking stays where it is.
    """
    moved = 0
    for each in found:
        clearance.hold(each.post)
        session.refresh(each)
        if each.ended_at is None and each.workflow.line_id == to.line_id and each.workflow_id != to.id:
            moved += _moved(each, to, by)
    return moved


def _moved(waiting: Submission, to: Workflow, by: Actor) -> bool:
    try:
        with session.begin_nested():
            before, after = stages.of_workflow(waiting.workflow), stages.of_workflow(to)
            waiting.workflow, waiting.path = to, choosing.path(to, _matter(waiting))
            _carry_along(waiting, before, after)
            following.widen(waiting)
            _record("submission.moved", waiting, by)
            clearance.settle(waiting, by, tally.of(waiting))
    except Conflict:
        session.refresh(waiting)
        return False
    return True


def _carry_along(waiting: Submission, before: Sequence[Stage], after: Sequence[Stage]) -> None:
    """Standing decisions belong to the stage of the same id; below zero: to none."""
    there = {stage.id: stage for stage in after}
    standing = sa.select(Decision).where(Decision.submission_id == waiting.id, Decision.undone_at.is_(None))
    decisions = session.scalars(standing).unique().all()
    for n, decision in enumerate(decisions):
        old = next((stage for stage in before if stage.index == decision.stage), None)
        new = there.get(old.id) if old else None
        place = new.index if old and new and _may_stay(decision, old, new) else -1 - decision.stage
        decision.stage = -1000 - n
        session.flush()
        decision.stage = place
    session.flush()


def _may_stay(decision: Decision, old: Stage, new: Stage) -> bool:
    """Whether it can be told if its person may decide there: of a guest who was erased only where nobody else is
    named than before."""
    erased = decision.guest is not None and decision.guest.erased_at is not None
    return not erased or (old.who, old.among) == (new.who, new.among)


def _record(kind: str, waiting: Submission, by: Actor) -> None:
    number, version = waiting.revision.number, waiting.workflow.version
    asked = [step["stage"] for step in waiting.path]
    events.record(kind, waiting, by=by, post=waiting.post_id, number=number, workflow=version, stages=asked)
