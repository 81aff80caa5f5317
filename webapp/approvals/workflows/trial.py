"""Try it: where a post would go under a workflow, why, to whom, and when it would likely be through. Writes nothing.

How long a stage takes is how long it took before (the middle of the last yeses), counted in working hours of those who
are asked; its time limit where nothing is known yet; unknown where there is none.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from webapp import db, times, working
from webapp.approvals import entitled, quorum
from webapp.approvals.models import Decision, Submission, Workflow
from webapp.db import session
from webapp.people import hours, reach
from webapp.posts.models import Post
from webapp.working import Week

from . import choosing, conditions, stages
from .stages import Stage

LOOKED_AT, ENOUGH = 200, 3
"""How many past submissions are looked at; how many yeses of a stage say something."""
MOMENT = timedelta(minutes=1)
"""What every stage takes at least, so that nothing is through while nobody works."""


@dataclass(frozen=True)
class Visit:
    """A stage a post would come to. `takes`: working time; `from_before`: so many yeses say so, 0 when it is the limit.
    `enough`: whether there are people to say yes."""

    stage: Stage
    because: str
    people: tuple[str, ...]
    enough: bool
    takes: timedelta | None
    from_before: int
    otherwise: bool = False


@dataclass(frozen=True)
class Trial:
    """Where a post goes. `ends`: when it would be through if it were sent at `starts`; None when that is not known."""

    visits: tuple[Visit, ...]
    starts: datetime
    ends: datetime | None


def trial(workflow: Workflow, post: Post) -> Trial:
    """A post under a workflow, sent now."""
    steps = choosing.path(workflow, conditions.of_working(post))
    every = stages.of_workflow(workflow)
    path = [every[step["stage"]] for step in steps]
    may = entitled.holders({post.region_id: post.region.path})
    people = {stage.id: may.of_stage(post.region_id, stage) - _authors(post, stage) for stage in path}
    names = reach.names({person for some in people.values() for person in some})
    took = durations(workflow.line_id, workflow.organization_id)
    visits = [
        _visit(stage, step["why"], sorted(names[p] for p in people[stage.id]), took.get(stage.id, ()))
        for stage, step in zip(path, steps, strict=True)
    ]
    weeks = {stage.id: _weeks(post, people[stage.id]) for stage in path}
    starts = times.now()
    return Trial(tuple(visits), starts, _ends(visits, weeks, starts))


def _authors(post: Post, stage: Stage) -> quorum.People:
    return frozenset() if stage.author_may else frozenset({post.author_id})


def _visit(stage: Stage, why: Mapping[str, object], people: Sequence[str], took: Sequence[timedelta]) -> Visit:
    known = len(took) >= ENOUGH
    limit = timedelta(hours=stage.limit) if stage.limit else None
    clients = any(who.kind == "client" for who in stage.who)
    need = quorum.needed(stage, frozenset(uuid.UUID(int=n) for n in range(len(people))))
    return Visit(
        stage=stage,
        because=conditions.because(why),
        people=tuple(people),
        enough=clients or len(people) >= need,
        takes=sorted(took)[len(took) // 2] if known else limit,
        from_before=len(took) if known else 0,
        otherwise=why["key"] == conditions.OTHERWISE,
    )


def _weeks(post: Post, people: Iterable[uuid.UUID]) -> set[Week]:
    """The working hours of those who are asked; of the region, when nobody is known."""
    return hours.weeks(post.organization_id, list(people)) or {hours.week_of(post.region)}


def _ends(visits: Sequence[Visit], weeks: Mapping[str, set[Week]], at: datetime) -> datetime | None:
    """One group after the other; of those at the same time the slowest counts."""
    groups: dict[int, list[Visit]] = {}
    for visit in visits:
        groups.setdefault(visit.stage.group, []).append(visit)
    for together in groups.values():
        ends = [
            working.after(weeks[v.stage.id], at, max(v.takes, MOMENT)) if v.takes is not None and v.enough else None
            for v in together
        ]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None
        at = max(known)
    return at


def durations(line_id: uuid.UUID | None, organization_id: uuid.UUID) -> dict[str, list[timedelta]]:
    """Stage id -> how much working time its last yes took, counted from when the stage was asked. Two queries."""
    asked = _past(line_id)
    yes = sa.select(Decision).where(
        Decision.submission_id.in_([each.id for each in asked]),
        Decision.verdict == "approve",
        Decision.undone_at.is_(None),
    )
    said: dict[uuid.UUID, list[Decision]] = {}
    query = yes.order_by(Decision.at).options(lazyload(Decision.person))
    for decision in session.scalars(query) if asked else ():
        said.setdefault(decision.submission_id, []).append(decision)
    people = {decision.person_id for some in said.values() for decision in some if decision.person_id}
    offices = hours.offices(organization_id, people)
    found: dict[str, list[timedelta]] = {}
    for submission in asked:
        _add(submission, said.get(submission.id, ()), {p: office.week for p, office in offices.items()}, found)
    return found


def _past(line_id: uuid.UUID | None) -> Sequence[Submission]:
    """The last submissions of a workflow that had every yes."""
    return db.remembered(
        ("past", line_id),
        lambda: (
            session.scalars(
                sa.select(Submission)
                .join(Workflow, Workflow.id == Submission.workflow_id)
                .where(Workflow.line_id == line_id, Submission.cleared_at.is_not(None))
                .options(lazyload(Submission.post), lazyload(Submission.revision))
                .order_by(Submission.id.desc())
                .limit(LOOKED_AT)
            )
            .unique()
            .all()
        ),
    )


def _add(
    submission: Submission,
    decisions: Sequence[Decision],
    weeks: Mapping[uuid.UUID, Week],
    found: dict[str, list[timedelta]],
) -> None:
    """What each stage of one submission took; it was asked when the group before it was through."""
    ended: dict[int, datetime] = {}
    for stage in stages.of(submission):
        last = max((d for d in decisions if d.stage == stage.index), key=lambda d: d.at, default=None)
        if last is None:
            continue
        since = max((at for group, at in ended.items() if group < stage.group), default=submission.at)
        week = weeks.get(last.by_id)
        found.setdefault(stage.id, []).append(working.between([week], since, last.at) if week else last.at - since)
        ended[stage.group] = max(last.at, ended.get(stage.group, last.at))
