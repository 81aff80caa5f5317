"""Which way of saying yes applies to a post, and why: the nearest wins. Which of its stages apply, and why.

Nearest: a workflow of one of its channels, then of one of its labels, then of its region or the nearest above it, then
the organization's. Of several as near, the one with most stages, then the oldest. The first one of all is made when it
is needed: one approver of the region, never the author.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.models import Workflow
from webapp.approvals.quorum import ANY
from webapp.db import session
from webapp.i18n import N_
from webapp.people.permissions import Permission
from webapp.posts.models import Post

from . import conditions, stages
from .conditions import Matter

NAME = N_("Approval")
DEFAULT: dict[str, Any] = {
    "id": "first",
    "name": NAME,
    "who": [{"kind": "permission", "permission": Permission.APPROVE.value}],
    "needed": ANY,
    "author_may": False,
}


@dataclass(frozen=True)
class Chosen:
    """`name`: of the channel, label or region whose workflow it is; "" for the organization's."""

    workflow: Workflow
    name: str = ""


def applying(post: Post) -> Chosen:
    """The workflow of a post, made if there is none yet."""
    return chosen(post) or Chosen(_first(post.organization_id))


def foreseen(post: Post) -> Chosen:
    """The workflow of a post as it would be. Writes nothing."""
    return chosen(post) or Chosen(Workflow(id=db.new_id(), name=NAME, stages=[DEFAULT], scope="organization"))


def chosen(post: Post) -> Chosen | None:
    """The nearest workflow that is current, if there is one."""
    every = session.scalars(_current(), {"organization": post.organization_id}).all()
    for id_name, wanted in _nearest(post):
        found = [w for w in every if w.scope == id_name and _owner(w) in wanted]
        if found:
            best = min(found, key=lambda w: (-len(w.stages), str(w.line_id)))
            return Chosen(best, wanted[_owner(best)])
    return None


@cache
def _current() -> sa.Select[Workflow]:
    return sa.select(Workflow).where(Workflow.organization_id == sa.bindparam("organization"), Workflow.current)


def _nearest(post: Post) -> Iterator[tuple[str, dict[uuid.UUID | None, str]]]:
    """(scope, ids with the names they are shown by), the nearest first."""
    yield "channel", {v.channel_id: v.channel.handle for v in post.variants}
    yield "label", {label.id: label.name for label in post.labels}
    for part in reversed(post.region.path.strip("/").split("/")):
        yield "region", {uuid.UUID(part): post.region.name if uuid.UUID(part) == post.region_id else ""}
    yield "organization", {None: ""}


def _owner(workflow: Workflow) -> uuid.UUID | None:
    return {
        "channel": workflow.channel_id,
        "label": workflow.label_id,
        "region": workflow.region_id,
        "organization": None,
    }[workflow.scope]


def path(workflow: Workflow, matter: Matter) -> list[dict[str, Any]]:
    """The stages that apply, as {"stage": index, "why": {...}} to be kept with a submission. Never none: a post that no
    stage asks for goes to the first."""
    every = stages.of_workflow(workflow)
    found = [
        {"stage": stage.index, "why": why} for stage in every if (why := conditions.why(stage.when, matter)) is not None
    ]
    return found or [{"stage": 0, "why": {"key": conditions.OTHERWISE}}]


def joined(one: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every stage of either path, each once, in order."""
    kept = {step["stage"]: step for step in (*other, *one)}
    return [kept[index] for index in sorted(kept)]


def _first(organization_id: uuid.UUID) -> Workflow:
    """The organization's first workflow; two who need it at once get the same one."""
    made = db.new_id()
    session.execute(
        db.insert_ignoring(
            Workflow,
            id=made,
            line_id=made,
            organization_id=organization_id,
            scope="organization",
            name=NAME,
            version=1,
            stages=[DEFAULT],
            carries=[],
            current=True,
            created_at=times.now(),
            published_at=times.now(),
        )
    )
    query = _current().where(Workflow.scope == "organization")
    return session.scalars(query, {"organization": organization_id}).one()
