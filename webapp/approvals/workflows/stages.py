"""A stage as a company wrote it, read from its row: who, how many, when, and what happens if nobody answers.

    {"id", "name", "who": [who, ...], "needed": "any" | "all" | number, "among": [who, ...], "author_may",
     "with_previous", "when": [condition, ...], "limit": hours, "steps": [{"after": hours, "do", "role"}]}

A who is {"kind": "permission", "permission"}, {"kind": "role", "role": id, "where": "region" | "headquarters"},
{"kind": "person", "person": id} or {"kind": "client", "client": addresses}. Every key but the name may be missing.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.approvals import quorum
from webapp.approvals.models import Submission, Workflow
from webapp.people.permissions import Permission

DOES = ("remind", "stand_in", "escalate")


@dataclass(frozen=True)
class Who:
    """Some of those who may decide. `what`: a permission, the id of a role, or that of a person; of the client the
    addresses that are asked, or nothing for whoever is invited. `where`: of a role."""

    kind: str
    what: str = ""
    where: str = "region"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of the client: who is asked about every post."""
        return tuple(self.what.split()) if self.kind == "client" else ()

    @property
    def id(self) -> uuid.UUID | None:
        """The role or person, if it is an id at all."""
        try:
            return uuid.UUID(self.what)
        except ValueError:
            return None


@dataclass(frozen=True)
class Step:
    """What happens when nobody answered: so many working hours beyond the limit. `role`: whom it goes to then."""

    after: float
    do: str
    role: str = ""


@dataclass(frozen=True)
class Stage(quorum.Stage):
    """A stage of a workflow. `limit`: working hours of those who are asked, or None."""

    id: str = ""
    who: tuple[Who, ...] = (Who("permission", Permission.APPROVE.value),)
    among: tuple[Who, ...] = ()
    with_previous: bool = False
    when: tuple[Mapping[str, Any], ...] = ()
    limit: float | None = None
    steps: tuple[Step, ...] = ()


def of_workflow(workflow: Workflow) -> tuple[Stage, ...]:
    """Every stage, in order."""
    found: list[Stage] = []
    for index, row in enumerate(workflow.stages):
        beside = bool(row.get("with_previous")) and index > 0
        found.append(read(row, index, found[-1].group + (not beside) if found else 0))
    return tuple(found)


def of(submission: Submission) -> tuple[Stage, ...]:
    """The stages that apply to a submission, in order: its path, or all of them."""
    every = of_workflow(submission.workflow)
    chosen = sorted({step["stage"] for step in submission.path or ()})
    return tuple(every[n] for n in chosen if n < len(every)) if chosen else every


def read(row: Mapping[str, Any], index: int = 0, group: int = 0) -> Stage:
    """A stage from its row."""
    return Stage(
        name=row["name"],
        needed=row.get("needed", quorum.ANY),
        author_may=bool(row.get("author_may")),
        index=index,
        group=group,
        id=row.get("id") or str(index),
        who=tuple(_who(each) for each in row.get("who") or ()) or (_of_before(row),),
        among=tuple(_who(each) for each in row.get("among") or ()),
        with_previous=bool(row.get("with_previous")) and index > 0,
        when=tuple(row.get("when") or ()),
        limit=row.get("limit"),
        steps=tuple(Step(each["after"], each["do"], each.get("role") or "") for each in row.get("steps") or ()),
    )


def _who(row: Mapping[str, Any]) -> Who:
    kind = row["kind"]
    return Who(kind, str(row.get(kind) or ""), row.get("where") or "region")


def _of_before(row: Mapping[str, Any]) -> Who:
    """The one permission that a stage named before it could name anybody."""
    return Who("permission", row.get("permission") or Permission.APPROVE.value)
