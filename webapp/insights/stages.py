"""Names and order of the stages that decisions and submissions speak of, each version of a workflow read once."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from webapp.approvals.models import Workflow
from webapp.approvals.workflows import stages, words
from webapp.approvals.workflows.stages import Stage
from webapp.db import session
from webapp.i18n import _


@dataclass
class Stages:
    """Workflow id -> its stages; what was read stays for the next page of rows."""

    known: dict[uuid.UUID, tuple[Stage, ...]] = field(default_factory=dict)
    names: dict[tuple[uuid.UUID, int], str] = field(default_factory=dict)

    def learn(self, workflows: Iterable[uuid.UUID]) -> None:
        """Read the versions that are not known yet, in one statement at most."""
        missing = set(workflows) - self.known.keys()
        if missing:
            rows = session.scalars(sa.select(Workflow).where(Workflow.id.in_(missing)))
            self.known |= {row.id: stages.of_workflow(row) for row in rows}

    def at(self, workflow: uuid.UUID, index: int) -> Stage | None:
        """A stage by its index; None when a newer version has it no more."""
        every = self.known[workflow]
        return every[index] if 0 <= index < len(every) else None

    def group(self, workflow: uuid.UUID, index: int) -> int:
        """How many times something was waited for before it, at the least."""
        found = self.at(workflow, index)
        return found.group if found else 0

    def name(self, workflow: uuid.UUID, index: int) -> str:
        """What people call it."""
        key = workflow, index
        if key not in self.names:
            found = self.at(workflow, index)
            self.names[key] = words.name(found) if found else _("A stage that is gone")
        return self.names[key]

    def place(self, workflow: uuid.UUID, path: Sequence[Any], position: int) -> str:
        """What a submission waits, or waited, at."""
        chosen = sorted({step["stage"] for step in path}) or range(len(self.known[workflow]))
        return self.name(workflow, chosen[min(position, len(chosen) - 1)])

    def roles(self, workflow: uuid.UUID, index: int) -> frozenset[uuid.UUID]:
        """The roles that are asked by name."""
        found = self.at(workflow, index)
        who = found.who if found else ()
        return frozenset(each.id for each in who if each.kind == "role" and each.id)
