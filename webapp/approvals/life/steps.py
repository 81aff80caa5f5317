"""What happens when nobody answers in time: reminders, then the stand-in, then the next role. Never a yes.

Time runs in working hours of those who must act. Each step is written down with the submission, in the transaction that
does it, so that it happens once, whatever restarts.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp import events, times, working
from webapp.approvals.models import Submission
from webapp.approvals.workflows.stages import Stage, Step

REMIND = Step(0, "remind")
"""What a stage with a limit does when it says nothing else."""
KINDS = {"remind": "submission.overdue", "stand_in": "submission.handed_on", "escalate": "submission.escalated"}


@dataclass(frozen=True)
class Due:
    """A step of a stage whose time has come."""

    stage: Stage
    number: int
    step: Step
    at: datetime


def of(stage: Stage) -> tuple[Step, ...]:
    """The steps of a stage, the earliest first; none without a limit."""
    if stage.limit is None:
        return ()
    return tuple(sorted(stage.steps, key=lambda step: step.after)) or (REMIND,)


def taken(submission: Submission, stage: int, do: str) -> bool:
    """Whether a kind of step was taken at a stage (its index in the workflow)."""
    return any(each["stage"] == stage and each["do"] == do for each in submission.steps)


def roles(submission: Submission, stage: int) -> Iterator[uuid.UUID]:
    """The roles that a stage went on to."""
    for each in submission.steps:
        if each["stage"] == stage and each["do"] == "escalate" and each["role"]:
            yield uuid.UUID(each["role"])


def pass_on(submission: Submission, stage: int, by: uuid.UUID, to: uuid.UUID) -> None:
    """Write down that somebody is asked instead of somebody; who is asked by name is asked, whatever they passed on."""
    kept = [
        each
        for each in submission.steps
        if each["do"] != "pass_on" or each["stage"] != stage or each["from"] not in (str(by), str(to))
    ]
    row = {"stage": stage, "do": "pass_on", "from": str(by), "to": str(to), "at": times.iso(times.now())}
    submission.steps = [*kept, row]


def passed_on(submission: Submission, stage: int) -> dict[uuid.UUID, uuid.UUID]:
    """From whom to whom a stage was passed on."""
    rows = [each for each in submission.steps if each["do"] == "pass_on" and each["stage"] == stage]
    return {uuid.UUID(each["from"]): uuid.UUID(each["to"]) for each in rows}


def following(submission: Submission, stage: Stage, weeks: Sequence[working.Week]) -> Due | None:
    """The next step of a stage that waits, and when; None when there is none, or nobody ever works that long.

    `weeks`: the working hours of those who must act, or of the region when nobody can.
    """
    for number, step in left(submission, stage)[:1]:
        hours = timedelta(hours=float(stage.limit or 0) + step.after)
        at = working.after(weeks, submission.waiting_since, hours)
        return Due(stage, number, step, at) if at else None
    return None


def left(submission: Submission, stage: Stage) -> list[tuple[int, Step]]:
    """The steps of a stage that were not taken, with their numbers."""
    done = {each.get("step") for each in submission.steps if each["stage"] == stage.index}
    return [(number, step) for number, step in enumerate(of(stage)) if number not in done]


def take(submission: Submission, due: Due) -> None:
    """Take a step of a locked submission: written down, and told by its event."""
    row: dict[str, Any] = {
        "stage": due.stage.index,
        "step": due.number,
        "do": due.step.do,
        "role": due.step.role,
        "at": times.iso(times.now()),
    }
    submission.steps = [*submission.steps, row]
    events.record(
        KINDS[due.step.do],
        submission,
        by=None,
        post=submission.post_id,
        revision=submission.revision_id,
        number=submission.revision.number,
        stage=due.stage.index,
        name=due.stage.name,
        role=due.step.role,
    )
