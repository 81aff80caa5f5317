"""Workflows over time: a draft that is written, a version that is published, one that is put away.

A published version never changes. Posts in flight keep the version they were sent with, until somebody moves them.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.approvals.models import Submission, Workflow
from webapp.db import session
from webapp.errors import Conflict, Invalid, NotFound
from webapp.i18n import _
from webapp.people.permissions import Actor

from .choosing import DEFAULT, NAME

OWNERS = {"region": "region_id", "label": "label_id", "channel": "channel_id"}
MOST_STAGES = 10
CARRIES = ("time", "alt")


def all_of(organization_id: uuid.UUID) -> list[tuple[Workflow | None, Workflow | None]]:
    """Each workflow as (what is current, its draft), whatever there is of it."""
    query = sa.select(Workflow).where(Workflow.organization_id == organization_id)
    rows = session.scalars(query.where(sa.or_(Workflow.current, Workflow.published_at.is_(None)))).all()
    lines: dict[uuid.UUID | None, dict[bool, Workflow]] = {}
    for row in rows:
        lines.setdefault(row.line_id, {})[row.current] = row
    return [(line.get(True), line.get(False)) for line in lines.values()]


def of_line(organization_id: uuid.UUID, line_id: uuid.UUID) -> tuple[Workflow | None, Workflow | None]:
    """(what is current, its draft) of one. Raises NotFound when there is neither."""
    for current, draft in all_of(organization_id):
        if line_id in {each.line_id for each in (current, draft) if each is not None}:
            return current, draft
    raise NotFound


def create(scope: str, owner_id: uuid.UUID | None, by: Actor, name: str = "") -> Workflow:
    """The draft of a new workflow. Raises Invalid when its owner has one already."""
    same = Workflow.scope == scope, Workflow.organization_id == by.organization_id
    owner = getattr(Workflow, OWNERS[scope]) == owner_id if scope in OWNERS else sa.true()
    standing = sa.or_(Workflow.current, Workflow.published_at.is_(None))
    if session.scalar(sa.select(Workflow.id).where(*same, owner, standing).limit(1)):
        raise Invalid(fields={"owner": _("There is a workflow for this already. Change that one.")})
    values = {OWNERS[scope]: owner_id} if scope in OWNERS else {}
    return _draft(by, scope=scope, name=name or NAME, version=1, stages=[dict(DEFAULT)], line_id=None, **values)


def begin(current: Workflow, by: Actor) -> Workflow:
    """The draft of the next version, as the current one is."""
    last = session.scalar(sa.select(sa.func.max(Workflow.version)).where(Workflow.line_id == current.line_id))
    kept = {name: getattr(current, name) for name in ("scope", "name", "line_id", "carries", *OWNERS.values())}
    return _draft(by, version=(last or current.version) + 1, stages=named(current.stages), **kept)


def named(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stages that each have an id of their own, so that a yes finds its stage in another version."""
    return [{**row, "id": row.get("id") or str(index)} for index, row in enumerate(rows)]


def _draft(by: Actor, *, line_id: uuid.UUID | None, **values: Any) -> Workflow:
    made = db.new_id()
    draft = Workflow(
        id=made,
        line_id=line_id or made,
        organization_id=by.organization_id,
        current=False,
        published_at=None,
        created_at=times.now(),
        **values,
    )
    session.add(draft)
    session.flush()
    if line_id is None:
        events.record("workflow.created", draft, by=by, scope=draft.scope)
    return draft


def publish(draft: Workflow, by: Actor) -> None:
    """The draft becomes what applies from now on. Raises Conflict when it was published or thrown away meanwhile."""
    if draft.published_at is not None or not draft.stages:
        raise Conflict(_("Somebody published or discarded it in the meantime. Look again."))
    others = sa.update(Workflow).where(Workflow.line_id == draft.line_id, Workflow.current)
    session.execute(others.values(current=False).execution_options(synchronize_session="fetch"))
    draft.current, draft.published_at, draft.published_by_id = True, times.now(), by.id
    session.flush()
    events.record("workflow.published", draft, by=by, version=draft.version, stages=len(draft.stages))


def discard(draft: Workflow) -> None:
    """The draft goes; what is current stays."""
    session.delete(draft)
    session.flush()


def remove(current: Workflow | None, draft: Workflow | None, by: Actor) -> None:
    """It applies to nothing any more; posts in flight keep it. Raises Conflict for the organization's own."""
    some = current or draft
    assert some is not None
    if some.scope == "organization" and current is not None:
        raise Conflict(_("The organization always has a workflow. Change it instead."))
    if draft is not None:
        discard(draft)
    if current is not None:
        current.current = False
        events.record("workflow.removed", current, by=by, version=current.version)


def in_flight(line_id: uuid.UUID | None, but: Workflow | None = None) -> dict[int, int]:
    """Version -> how many posts wait or are planned under it; without those of one version."""
    query = (
        sa.select(Workflow.version, sa.func.count())
        .join(Submission, Submission.workflow_id == Workflow.id)
        .where(Workflow.line_id == line_id, Submission.ended_at.is_(None))
        .group_by(Workflow.version)
        .order_by(Workflow.version)
    )
    if but is not None:
        query = query.where(Workflow.id != but.id)
    return {row[0]: row[1] for row in session.execute(query)}


def behind(current: Workflow) -> sa.Select[Any]:
    """The open submissions of older versions."""
    older = sa.select(Workflow.id).where(Workflow.line_id == current.line_id, Workflow.id != current.id)
    return sa.select(Submission).where(Submission.ended_at.is_(None), Submission.workflow_id.in_(older))
