"""What waits on whom, now: by role and region, who has waited longest first. It says where to help, not who is slow."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.approvals import summary
from webapp.approvals.models import Ask, Submission
from webapp.db import session
from webapp.i18n import _
from webapp.people import queries as people_queries
from webapp.people.models import Membership, Person
from webapp.people.permissions import Actor

from .decided import Known, as_id, ids
from .frame import Frame
from .reading import many, raw
from .roles import Roles
from .stages import Stages

MOST, LONGEST, NAMED = 20_000, 5, 3
"""So many lines of who is asked are read, those that wait longest; so many posts and names are shown."""


@dataclass(frozen=True)
class Waits:
    """On a role in a region. `since`: the longest; `posts`: how many; `people`: who is asked, the longest first."""

    role: str
    region_id: uuid.UUID
    since: datetime
    posts: int
    people: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Post:
    """A post that waits. `held`: nobody is asked while it is on hold."""

    post_id: uuid.UUID
    region_id: uuid.UUID
    line: str
    language: str
    since: datetime
    stage: str
    held: bool


@dataclass(frozen=True)
class Now:
    """`full`: more is waiting than was read. `names`: of people the reader may see."""

    posts: int
    full: bool
    on: list[Waits]
    longest: list[Post]
    names: dict[uuid.UUID, str]

    def named(self, waits: Waits) -> tuple[list[str], int]:
        """The first names, and how many more are asked."""
        known = [self.names[each] for each in waits.people if each in self.names][:NAMED]
        return known, len(waits.people) - len(known)


def now(frame: Frame, stages: Stages, roles: Roles, regions: dict[uuid.UUID, Any]) -> Now:
    """Five statements, however much waits."""
    rows, known = many(_asked(frame)), ids()
    people = {known[row.person_id] for row in rows if row.person_id}
    roles.learn(people)
    stages.learn({known[row.workflow_id] for row in rows})

    def role(asked: tuple[Any, Any, Any, int]) -> str:
        person, region, workflow = (known[each] for each in asked[:3])
        return roles.of(person, regions[region].path, stages.roles(workflow, asked[3]))

    roles_of = Known(role)
    groups: dict[tuple[str, Any], list[Any]] = {}
    for row in rows:
        asked = row.person_id, row.region_id, row.workflow_id, row.stage
        on = roles_of[asked] if row.person_id else _nobody(row)
        groups.setdefault((on, row.region_id), []).append(row)
    waits = [_waits(on, region, group, known) for (on, region), group in groups.items()]
    return Now(
        posts=len({row.id for row in rows}),
        full=len(rows) == MOST,
        on=sorted(waits, key=lambda each: (each.since, each.role)),
        longest=_longest(rows, stages),
        names=_names(frame.actor, people),
    )


def _asked(frame: Frame) -> sa.Select[Any]:
    """Every open submission with each person who is asked; one line without anybody where nobody is."""
    asked = sa.and_(Ask.submission_id == Submission.id, Submission.asks_over.is_(False))
    columns: tuple[Any, ...] = (
        *(raw(column) for column in (Submission.id, Submission.region_id, Submission.workflow_id, Ask.person_id)),
        _held(Submission.held_until).label("held"),
        Ask.stage,
        sa.func.coalesce(Ask.since, Submission.waiting_since).label("since"),
    )
    return (
        sa.select(*columns)
        .select_from(Submission)
        .outerjoin(Ask, asked)
        .where(*frame.of(Submission), Submission.ended_at.is_(None), Submission.cleared_at.is_(None))
        .order_by(Submission.waiting_since, Submission.id, Ask.since, Ask.id)
        .limit(MOST)
    )


def _held(until: Any) -> sa.ColumnElement[bool]:
    """Whether it is on hold, asked once for each row and in the database: most never were."""
    return sa.func.coalesce(until > times.now(), sa.false())


def _nobody(row: Any) -> str:
    return _("On hold") if row.held else _("Nobody in the team")


def _waits(role: str, region: Any, rows: Sequence[Any], known: Known) -> Waits:
    people = dict.fromkeys(row.person_id for row in sorted(rows, key=_since) if row.person_id)
    posts = len({row.id for row in rows})
    return Waits(role, known[region], min(map(_since, rows)), posts, tuple(known[each] for each in people))


_since = attrgetter("since")


def _longest(rows: Iterable[Any], stages: Stages) -> list[Post]:
    """The posts that have waited longest where they are."""
    first = [as_id(each) for each in islice(dict.fromkeys(row.id for row in rows), LONGEST)]
    columns: tuple[Any, ...] = (Submission.path, Submission.stage, Submission.summary, Submission.post_id)
    more = (Submission.region_id, Submission.workflow_id, Submission.waiting_since)
    held = _held(Submission.held_until).label("held")
    query = (
        sa.select(*columns, *more, held)
        .where(Submission.id.in_(first))
        .order_by(Submission.waiting_since, Submission.id)
    )
    return [_post(row, stages) for row in session.execute(query)] if first else []


def _post(row: Any, stages: Stages) -> Post:
    told = summary.read(row.summary)
    stage = stages.place(row.workflow_id, row.path, row.stage)
    return Post(row.post_id, row.region_id, told.line, told.language, row.waiting_since, stage, bool(row.held))


def _names(actor: Actor, people: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Of those whom the reader sees among the people."""
    seen = (
        people_queries.members(actor).where(Membership.person_id.in_(people)).with_only_columns(Person.id, Person.name)
    )
    return {row.id: row.name for row in session.execute(seen)} if people else {}
